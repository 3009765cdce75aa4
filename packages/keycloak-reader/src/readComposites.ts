import { RealmRole } from '@mesh-auth/access-model';
import { expectList } from './answers';
import { KeycloakConnection } from './KeycloakConnection';
import { readRoleRef, RoleEntry } from './roleEntries';

/**
 * Asks for the children of a composite role.
 *
 * @internal
 */
export async function readComposites(
  connection: KeycloakConnection,
  entry: RoleEntry,
  owners: Map<string, string>,
): Promise<RealmRole> {
  const { id, composite, name, description } = entry;
  if (!composite) {
    return { name, description, composites: [] };
  }
  const { realm } = connection;
  const what = 'composites of a role';
  const children = expectList(
    await connection.read(what, admin =>
      admin.roles.getCompositeRoles({ realm, id }),
    ),
    what,
  );
  return {
    name,
    description,
    composites: children.map(child => readRoleRef(child, owners)),
  };
}
