import type {
  MeshAuthSource,
  RealmReading,
  SourceReading,
} from '@mesh-auth/plugin-mesh-auth-node';
import type { KeycloakSource } from './keycloak';

/**
 * A Keycloak realm as a source of the snapshot.
 *
 * @internal
 */
export class KeycloakMeshAuthSource implements MeshAuthSource {
  readonly id: string;
  readonly kind: KeycloakSource['kind'];
  readonly title: string;
  readonly #source: KeycloakSource;
  #unsubscribe: (() => void) | undefined;
  #started: Promise<void> = Promise.resolve();

  constructor(source: KeycloakSource) {
    this.#source = source;
    this.id = `${source.kind}:${source.id}`;
    this.kind = source.kind;
    this.title = source.id;
  }

  start(publish: (reading: SourceReading) => void): void {
    this.#unsubscribe = this.#source.onChange(() => publish(this.#reading()));
    this.#started = this.#source.start().then(
      () => publish(this.#reading()),
      () => publish(this.#reading()),
    );
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    await this.#started;
    await this.#source.stop();
  }

  #reading(): SourceReading {
    const { state, realm, observedAt, message, missingRights, warnings } =
      this.#source.snapshot();
    return {
      state,
      observedAt,
      message,
      warnings: [
        ...warnings,
        ...missingRights.map(right => ({
          message: `The reading client lacks the role ${right} of realm-management: what it would show is unknown`,
        })),
      ],
      ...(realm && { realm: this.#realm(realm) }),
    };
  }

  #realm(realm: RealmReading['realm']): RealmReading {
    return {
      instance: this.#source.instance,
      realm,
      clientAccess: clientId => this.#source.clientAccess(clientId),
      holders: role => this.#source.holders(role),
    };
  }
}
