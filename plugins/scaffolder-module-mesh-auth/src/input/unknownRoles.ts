import { AccessDeclaration, DeclarationProblem } from '@mesh-auth/access-model';

/**
 * Rules may ask only for roles that the client has.
 *
 * @internal
 */
export function unknownRoles(
  declaration: AccessDeclaration,
  roles: { name: string }[],
): DeclarationProblem[] {
  const known = new Set(roles.map(role => role.name));
  return [
    ...declaration.rules.map((rule, index) => ({
      field: `rules[${index}].roles`,
      roles: rule.access.kind === 'roles' ? rule.access.roles : [],
    })),
    ...declaration.callers.map((rule, index) => ({
      field: `callers[${index}].roles`,
      roles: rule.roles,
    })),
  ].flatMap(({ field, roles: asked }) =>
    asked
      .filter(role => role.kind === 'client' && !known.has(role.name))
      .map(role => ({
        field,
        message: `${role.name} is not a role of this service (${
          [...known].join(', ') || 'it has none'
        }); a role of the realm is written realm:${role.name}`,
      })),
  );
}
