import type { SourceKind } from '@mesh-auth/plugin-mesh-auth-common';
import type {
  MeshAuthSource,
  SourceReading,
} from '@mesh-auth/plugin-mesh-auth-node';

/**
 * A source that is configured but cannot be read, so that answers name it with the reason instead of leaving it out.
 *
 * @internal
 */
export class UnavailableSource implements MeshAuthSource {
  readonly id: string;
  readonly kind: SourceKind;
  readonly title: string;
  readonly #message: string;

  constructor(options: {
    id: string;
    kind: SourceKind;
    title: string;
    message: string;
  }) {
    this.id = options.id;
    this.kind = options.kind;
    this.title = options.title;
    this.#message = options.message;
  }

  start(publish: (reading: SourceReading) => void): void {
    publish({ state: 'unavailable', message: this.#message, warnings: [] });
  }

  async stop(): Promise<void> {}
}
