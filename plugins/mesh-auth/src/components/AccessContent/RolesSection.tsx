import { Card, CardBody, CardHeader, Flex, Text } from '@backstage/ui';
import {
  Client,
  ClientRole,
  EntityAccess,
  HolderCount,
  RoleUse,
} from '@mesh-auth/plugin-mesh-auth-common';
import {
  MeshAuthT,
  useMeshAuthTranslation,
} from '../../hooks/useMeshAuthTranslation';
import { isAccessHidden } from '../shared/answer';
import { roleAnchor } from '../shared/anchors';
import { CopySnippet } from '../shared/CopySnippet';
import sharedStyles from '../shared/shared.module.css';
import {
  holdersReason,
  holdersText,
  methodsText,
  pathText,
} from '../shared/words';
import styles from './AccessContent.module.css';
import { Anchored } from './Anchored';
import { Empty } from './Empty';
import { SectionColumn, SectionTable } from './SectionTable';

function HoldersCell(props: { holders?: HolderCount }) {
  const { holders } = props;
  const t = useMeshAuthTranslation();
  const reason = holdersReason(t, holders);
  return (
    <span className={sharedStyles.stack}>
      <Text variant="body-medium">{holdersText(t, holders)}</Text>
      {holders?.state === 'known' && holders.groups > 0 && (
        <Text variant="body-small" color="secondary">
          {t('holders.groups', { count: holders.groups })}
        </Text>
      )}
      {reason && (
        <Text variant="body-small" color="secondary">
          {reason}
        </Text>
      )}
    </span>
  );
}

function OpensCell(props: { opens: string[] }) {
  const { opens } = props;
  const t = useMeshAuthTranslation();
  return opens.length > 0 ? (
    <ul className={styles.plainList}>
      {opens.map(words => (
        <li key={words} className={sharedStyles.mono}>
          {words}
        </li>
      ))}
    </ul>
  ) : (
    <Text variant="body-small" color="secondary">
      {t('roles.opensNothing')}
    </Text>
  );
}

function clientLine(t: MeshAuthT, client: Client): string {
  return [
    t('roles.realm', { realm: client.realm }),
    client.enabled === false && t('client.disabled'),
    client.publicClient !== undefined &&
      (client.publicClient ? t('client.public') : t('client.confidential')),
    client.serviceAccount && t('client.serviceAccount'),
    client.secretAgeDays !== undefined &&
      t('client.secretAge', { count: Math.floor(client.secretAgeDays) }),
  ]
    .filter(Boolean)
    .join(' · ');
}

function clientProblem(t: MeshAuthT, client: Client): string {
  if (client.state === 'missing') {
    return client.message ?? t('client.missing', { realm: client.realm });
  }
  return [t('client.unavailable'), client.message].filter(Boolean).join(' · ');
}

function ClientCard(props: { client: Client }) {
  const { client } = props;
  const t = useMeshAuthTranslation();
  const columns: SectionColumn<ClientRole>[] = [
    {
      id: 'role',
      label: t('roles.role'),
      render: role => (
        <Anchored
          as="span"
          anchor={roleAnchor({ client: client.clientId, name: role.name })}
          className={sharedStyles.stack}
        >
          <Text variant="body-medium" weight="bold">
            {role.name}
          </Text>
          {role.description && (
            <Text variant="body-small" color="secondary">
              {role.description}
            </Text>
          )}
        </Anchored>
      ),
    },
    {
      id: 'contains',
      label: t('roles.contains'),
      render: role => (
        <Text variant="body-medium">{role.composites.join(', ') || '—'}</Text>
      ),
    },
    {
      id: 'holders',
      label: t('roles.holders'),
      render: role => <HoldersCell holders={role.holders} />,
    },
    {
      id: 'opens',
      label: t('roles.opens'),
      render: role => <OpensCell opens={role.opens} />,
    },
  ];
  return (
    <Card>
      <CardHeader>
        <Text as="h3" variant="title-x-small" weight="bold">
          {client.clientId}
        </Text>
        <Text as="p" variant="body-small" color="secondary">
          {clientLine(t, client)}
        </Text>
      </CardHeader>
      <CardBody>
        {client.state !== 'found' && (
          <Text as="p" variant="body-medium">
            {clientProblem(t, client)}
          </Text>
        )}
        {client.state === 'found' && client.roles.length === 0 && (
          <Text as="p" variant="body-medium" color="secondary">
            {t('roles.noRolesInClient')}
          </Text>
        )}
        {client.roles.length > 0 && (
          <SectionTable
            caption={t('roles.caption', { client: client.clientId })}
            columns={columns}
            items={client.roles}
            keyOf={role => role.name}
          />
        )}
      </CardBody>
    </Card>
  );
}

interface OpeningRole {
  role: RoleUse;
  opens: string[];
}

/** Roles that open something and do not belong to the entity's own clients. */
function foreignRoles(t: MeshAuthT, access: EntityAccess): OpeningRole[] {
  const own = access.clients.map(client => client.clientId);
  const byAnchor = new Map<string, OpeningRole>();
  for (const exposure of access.exposures) {
    for (const row of exposure.access) {
      for (const role of row.roles) {
        if (role.client === undefined || !own.includes(role.client)) {
          const known = byAnchor.get(roleAnchor(role)) ?? { role, opens: [] };
          const words = `${methodsText(t, row.methods)} ${pathText(
            t,
            row.path,
          )}`;
          byAnchor.set(roleAnchor(role), {
            role,
            opens: [...new Set([...known.opens, words])],
          });
        }
      }
    }
  }
  return [...byAnchor.values()];
}

/** The entity's clients with their roles, and the other roles that open something here. */
export function RolesSection(props: { access: EntityAccess }) {
  const { access } = props;
  const t = useMeshAuthTranslation();
  const others = foreignRoles(t, access);
  const missing = access.missingAnnotations.find(item =>
    item.annotation.endsWith('/keycloak-client'),
  );
  if (isAccessHidden(access)) {
    return <Empty title={t('row.hiddenByPermission')} />;
  }
  return (
    <Flex direction="column" gap="4">
      {access.clients.map(client => (
        <ClientCard
          key={`${client.instance}/${client.realm}/${client.clientId}`}
          client={client}
        />
      ))}
      {access.clients.length === 0 && (
        <Empty
          title={t('roles.none')}
          hint={missing ? t('roles.noneHint') : undefined}
        >
          {missing && <CopySnippet text={missing.example} />}
        </Empty>
      )}
      {others.length > 0 && (
        <Card>
          <CardHeader>
            <Text as="h3" variant="title-x-small" weight="bold">
              {t('roles.realmCaption')}
            </Text>
          </CardHeader>
          <CardBody>
            <SectionTable
              caption={t('roles.realmCaption')}
              items={others}
              keyOf={({ role }) => roleAnchor(role)}
              columns={[
                {
                  id: 'role',
                  label: t('roles.role'),
                  render: ({ role }) => (
                    <Anchored
                      as="span"
                      anchor={roleAnchor(role)}
                      className={sharedStyles.stack}
                    >
                      <Text variant="body-medium" weight="bold">
                        {role.client
                          ? `${role.client}/${role.name}`
                          : role.name}
                      </Text>
                      {role.realm && (
                        <Text variant="body-small" color="secondary">
                          {t('roles.realm', { realm: role.realm })}
                        </Text>
                      )}
                    </Anchored>
                  ),
                },
                {
                  id: 'holders',
                  label: t('roles.holders'),
                  render: ({ role }) => <HoldersCell holders={role.holders} />,
                },
                {
                  id: 'opens',
                  label: t('roles.opens'),
                  render: ({ opens }) => <OpensCell opens={opens} />,
                },
              ]}
            />
          </CardBody>
        </Card>
      )}
    </Flex>
  );
}
