import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import { WhoCan, WhoCanHolder } from '@mesh-auth/plugin-mesh-auth-common';
import { useMeshAuthTranslation } from '../../../hooks/useMeshAuthTranslation';
import sharedStyles from '../../shared/shared.module.css';
import { shortPrincipals } from '../../shared/words';
import contentStyles from '../AccessContent.module.css';
import { SectionTable } from '../SectionTable';
import { TryForm } from './tryQuestion';

const SHOWN = 100;

function pathsOf(holder: WhoCanHolder): string[] {
  return holder.paths.map(path => path.join(' → '));
}

/** Who is let in with a request: people and service accounts by path, and workloads. */
export function WhoCanAnswer(props: { asked: TryForm; answer: WhoCan }) {
  const { asked, answer } = props;
  const t = useMeshAuthTranslation();
  const { counts, holders, principals, unknown, anonymous } = answer;
  const everyone = anonymous === 'allow';
  return (
    <Card>
      <CardHeader>
        <Text as="h3" variant="title-x-small" weight="bold">
          {t('whoCan.title', { request: `${asked.method} ${asked.url}` })}
        </Text>
        <Text as="p" variant="body-medium">
          {everyone
            ? t('audience.anyone')
            : [
                t('holders.people', { count: counts.users }),
                t('holders.services', { count: counts.serviceAccounts }),
              ].join(' · ')}
          {principals.length > 0 &&
            ` · ${t('whoCan.workloads', {
              principals: principals.map(shortPrincipals).join(', '),
            })}`}
        </Text>
        {unknown.length > 0 && (
          <Text as="p" variant="body-medium">
            {t('row.unknownBecause', { inputs: unknown.join(', ') })}
          </Text>
        )}
      </CardHeader>
      {holders.length > 0 && (
        <CardBody>
          <SectionTable
            caption={t('whoCan.title', {
              request: `${asked.method} ${asked.url}`,
            })}
            items={holders.slice(0, SHOWN)}
            keyOf={holder =>
              `${holder.type} ${holder.client ?? ''} ${holder.name}`
            }
            columns={[
              {
                id: 'name',
                label: t('whoCan.holder'),
                width: '26%',
                render: holder => (
                  <Text variant="body-medium" weight="bold">
                    {holder.name}
                  </Text>
                ),
              },
              {
                id: 'type',
                label: t('whoCan.type'),
                width: '18%',
                render: holder => (
                  <Text variant="body-medium">
                    {t(`whoCan.types.${holder.type}`)}
                  </Text>
                ),
              },
              {
                id: 'paths',
                label: t('whoCan.paths'),
                render: holder => (
                  <ul className={contentStyles.plainList}>
                    {pathsOf(holder).map(path => (
                      <li key={path} className={sharedStyles.mono}>
                        {path}
                      </li>
                    ))}
                  </ul>
                ),
              },
            ]}
          />
          {holders.length > SHOWN && (
            <Text as="p" variant="body-small" color="secondary">
              {t('whoCan.more', { count: holders.length - SHOWN })}
            </Text>
          )}
        </CardBody>
      )}
    </Card>
  );
}
