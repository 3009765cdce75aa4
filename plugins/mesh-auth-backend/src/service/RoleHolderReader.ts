import { countHolders, RoleCondition, RoleRef } from '@mesh-auth/access-model';
import type { HolderCount, RoleUse } from '@mesh-auth/plugin-mesh-auth-common';
import type { RealmSnapshot } from '../snapshot/Snapshot';
import { HIDDEN_HOLDERS, toHolderCount } from './readClients';
import { withinDeadline } from './withinDeadline';

/**
 * Counts who holds the roles of one answer, each role once.
 *
 * @internal
 */
export class RoleHolderReader {
  readonly #mayRead: boolean;
  readonly #counts = new Map<string, Promise<HolderCount>>();

  constructor(options: { mayReadHolders: boolean }) {
    this.#mayRead = options.mayReadHolders;
  }

  /**
   * @param options - `realm` is the one whose tokens carry the role; undefined when it is no source
   */
  async read(options: {
    role: RoleCondition;
    realm: RealmSnapshot | undefined;
    /** The realm's name, where it is known though the realm is no source. */
    realmName: string | undefined;
  }): Promise<RoleUse> {
    const { role, realm, realmName } = options;
    return {
      kind: role.kind,
      ...(role.client !== undefined && { client: role.client }),
      ...(realmName !== undefined && { realm: realmName }),
      name: role.name,
      holders: this.#mayRead
        ? await this.#count(role, realm, realmName)
        : HIDDEN_HOLDERS,
    };
  }

  #count(
    { kind, client, name }: RoleCondition,
    realm: RealmSnapshot | undefined,
    realmName: string | undefined,
  ): Promise<HolderCount> {
    const key = JSON.stringify([realm?.sourceId, client, name]);
    let count = this.#counts.get(key);
    if (!count) {
      count = countOf(kind === 'client' ? { client, name } : { name }, {
        realm,
        realmName,
      });
      this.#counts.set(key, count);
    }
    return count;
  }
}

async function countOf(
  ref: RoleRef,
  options: { realm: RealmSnapshot | undefined; realmName: string | undefined },
): Promise<HolderCount> {
  const { realm, realmName } = options;
  if (!realm) {
    return unknown(
      realmName === undefined
        ? 'The issuer of the tokens is no Keycloak realm that mesh-auth reads'
        : `The realm ${realmName} is not read`,
    );
  }
  const { reading, graph } = realm;
  const counts = await withinDeadline({
    ask: reading.holders && (async () => (await reading.holders!(ref))?.counts),
    otherwise: () => countHolders(graph, ref),
  });
  return counts
    ? toHolderCount(counts)
    : unknown(
        `The realm ${realm.reading.realm.realm} has no role of this name${
          ref.client === undefined ? '' : ` on the client ${ref.client}`
        }`,
      );
}

function unknown(reason: string): HolderCount {
  return { users: 0, serviceAccounts: 0, groups: 0, state: 'unknown', reason };
}
