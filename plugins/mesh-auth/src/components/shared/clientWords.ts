import { Client, ClientRole } from '@mesh-auth/plugin-mesh-auth-common';
import { MeshAuthT } from '../../hooks/useMeshAuthTranslation';

/**
 * Roles of a client from the narrow to the wide: "reader ⊂ admin, auditor".
 * A role that another one contains is written before it.
 */
export function rolesByContainment(roles: ClientRole[]): string {
  const contained = (role: ClientRole) =>
    roles.filter(
      other => other.name !== role.name && role.composites.includes(other.name),
    );
  const isContained = (role: ClientRole) =>
    roles.some(other => contained(other).includes(role));
  return roles
    .filter(role => !isContained(role))
    .map(role =>
      [
        contained(role)
          .map(inner => inner.name)
          .join(', '),
        role.name,
      ]
        .filter(Boolean)
        .join(' ⊂ '),
    )
    .join(', ');
}

/** What is to be said about a client besides its name. */
export function clientWords(t: MeshAuthT, client: Client): string[] {
  if (client.state === 'missing') {
    return [client.message ?? t('client.missing', { realm: client.realm })];
  }
  if (client.state === 'unavailable') {
    return [t('client.unavailable')];
  }
  const words: (string | false | undefined)[] = [
    client.enabled === false && t('client.disabled'),
    client.roles.length > 0
      ? t('client.roles', { roles: rolesByContainment(client.roles) })
      : t('client.noRoles'),
    client.publicClient && t('client.public'),
    client.secretAgeDays !== undefined &&
      t('client.secretAge', { count: Math.floor(client.secretAgeDays) }),
  ];
  return words.filter((word): word is string => Boolean(word));
}
