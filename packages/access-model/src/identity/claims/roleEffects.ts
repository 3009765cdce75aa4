import { RealmMapper } from '../types';
import { splitClaimPath } from './claimPath';
import { convertFound } from './convert';
import { Effect, EffectContext } from './Effect';
import { putRoles } from './TokenDraft';

const clientIdVariable = '${client_id}';

interface NamedRoles {
  roles: Set<string>;
  prefix: string;
  claimName: string;
}

/** What each container's roles become, before they are put into a claim. */
function namedRoles(mapper: RealmMapper, context: EffectContext): NamedRoles[] {
  const { config, provider } = mapper;
  const claimName = config['claim.name'];
  if (claimName === undefined) {
    return [];
  }
  if (provider === 'oidc-usermodel-realm-role-mapper') {
    const { realm } = context.roles;
    return realm
      ? [
          {
            roles: realm,
            prefix: config['usermodel.realmRoleMapping.rolePrefix'] ?? '',
            claimName,
          },
        ]
      : [];
  }
  const prefix = config['usermodel.clientRoleMapping.rolePrefix'] ?? '';
  const wanted = config['usermodel.clientRoleMapping.clientId'];
  const named = (client: string, roles: Set<string>, withPrefix: string) => ({
    roles,
    prefix: withPrefix,
    claimName: claimName
      .split(clientIdVariable)
      // Dots and backslashes of a clientId do not split the claim.
      .join(client.replace(/[\\.]/g, '\\$&')),
  });
  if (wanted) {
    const roles = context.roles.clients.get(wanted);
    return roles ? [named(wanted, roles, prefix)] : [];
  }
  return [...context.roles.clients].map(([client, roles]) =>
    named(
      client,
      roles,
      prefix.trim() === ''
        ? prefix
        : prefix.split(clientIdVariable).join(client),
    ),
  );
}

/**
 * The effects of the mappers for realm roles and client roles: one for each
 * container of roles.
 *
 * @remarks
 * The rules of `UserRealmRoleMappingMapper` and `UserClientRoleMappingMapper`.
 *
 * @internal
 */
export function roleEffects(
  mapper: RealmMapper,
  context: EffectContext,
): Effect[] {
  const multivalued = mapper.config.multivalued === 'true';
  return namedRoles(mapper, context).flatMap(({ roles, prefix, claimName }) => {
    const path = splitClaimPath(claimName);
    if (path.length === 0 || roles.size === 0) {
      return [];
    }
    return [
      {
        claim: path[0],
        adds: multivalued ? `roles at ${JSON.stringify(path)}` : undefined,
        apply: slot => {
          const value = convertFound({
            found: {
              items: [...roles].map(role => prefix + role),
              unordered: true,
            },
            type: mapper.config['jsonType.label'],
            multivalued,
          });
          if (value !== undefined) {
            putRoles({
              slot,
              path,
              value,
              accessToken: context.kind === 'access',
            });
          }
        },
      },
    ];
  });
}
