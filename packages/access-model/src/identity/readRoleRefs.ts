import { asTextLists, asTexts } from './fields';
import { RoleRef } from './types';

/**
 * Reads role names of the realm and, by clientId, of clients into one list.
 *
 * @internal
 */
export function readRoleRefs(options: {
  realmRoles: unknown;
  clientRoles: unknown;
  path: string;
}): RoleRef[] {
  const { realmRoles, clientRoles, path } = options;
  const refs: RoleRef[] = asTexts(realmRoles, `${path} (realm roles)`).map(
    name => ({ name }),
  );
  const byClient = asTextLists(clientRoles, `${path} (client roles)`);
  for (const client of Object.keys(byClient)) {
    for (const name of byClient[client]) {
      refs.push({ client, name });
    }
  }
  return refs;
}
