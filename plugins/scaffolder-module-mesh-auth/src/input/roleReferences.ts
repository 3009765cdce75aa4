import { RoleReference } from '@mesh-auth/access-model';

const REALM_PREFIX = 'realm:';

/**
 * Reads role names of a form: `reader` is a role of the service's own client, `realm:admin` one of the realm.
 *
 * @returns roles of the client first, in the order given
 *
 * @internal
 */
export function readRoleReferences(names: string[]): RoleReference[] {
  const isRealmRole = (name: string) => name.startsWith(REALM_PREFIX);
  return [
    ...names
      .filter(name => !isRealmRole(name))
      .map(name => ({ kind: 'client' as const, name })),
    ...names.filter(isRealmRole).map(name => ({
      kind: 'realm' as const,
      name: name.slice(REALM_PREFIX.length),
    })),
  ];
}
