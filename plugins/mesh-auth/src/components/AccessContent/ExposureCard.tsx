import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import { AccessRow, Exposure } from '@mesh-auth/plugin-mesh-auth-common';
import { AccessLinks } from '../../hooks/useAccessLinks';
import {
  MeshAuthT,
  useMeshAuthTranslation,
} from '../../hooks/useMeshAuthTranslation';
import { AddressLink } from '../shared/AddressLink';
import { Audience } from '../shared/Audience';
import { ObjectReference } from '../shared/ObjectReference';
import sharedStyles from '../shared/shared.module.css';
import { tlsText } from '../shared/tls';
import {
  audienceKind,
  jwtRuleText,
  loginWallText,
  methodsText,
  pathText,
  shortPrincipals,
} from '../shared/words';
import styles from './AccessContent.module.css';
import { Anchored } from './Anchored';
import { Facts } from './Facts';
import { SectionColumn, SectionTable } from './SectionTable';
import { VerdictCell } from './VerdictCell';

const standingCallers = [
  'anonymous',
  'loggedIn',
  'tokenWithoutRoles',
  'meshWorkload',
  'plaintextWorkload',
] as const;

function rowKey(row: AccessRow): string {
  return `${row.methods.join()} ${row.path.type} ${row.path.value}`;
}

/** On what terms a caller gets in; the mesh identities stand among the conditions. */
function detailsOf(row: AccessRow): string[] {
  const details = row.conditions?.length ? row.conditions : row.principals;
  return details.map(shortPrincipals);
}

/** Who is let in stands before who is not; otherwise the order of the backend stays. */
function openFirst(rows: AccessRow[]): AccessRow[] {
  const isClosed = (row: AccessRow) => audienceKind(row) === 'closed';
  return [
    ...rows.filter(row => !isClosed(row)),
    ...rows.filter(row => isClosed(row)),
  ];
}

function loginFact(t: MeshAuthT, exposure: Exposure): string {
  const { loginWall } = exposure;
  return [
    loginWallText(t, loginWall),
    loginWall.description,
    loginWall.exceptPaths?.length &&
      t('loginWall.except', { paths: loginWall.exceptPaths.join(', ') }),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Both places in which a token may stand have a rule of their own; one line for both. */
function tokenFact(t: MeshAuthT, exposure: Exposure): string {
  const rules = exposure.jwt.map(
    rule => `${jwtRuleText(t, rule)} (${t(`identity.at.${rule.at}`)})`,
  );
  return [...new Set(rules)].join(' · ');
}

/** One way in with its objects, and a table of who gets through. */
export function ExposureCard(props: {
  exposure: Exposure;
  ownClients: string[];
  links: AccessLinks;
  isAccessHidden: boolean;
}) {
  const { exposure, ownClients, links, isAccessHidden } = props;
  const t = useMeshAuthTranslation();
  const { tls } = exposure;
  // A listener that only redirects asks nobody who they are.
  const showsTable = exposure.access.length > 0 && !exposure.redirect;

  const columns: SectionColumn<AccessRow>[] = [
    {
      id: 'request',
      label: t('row.request'),
      width: '20%',
      render: row => (
        <span className={sharedStyles.mono}>
          <strong>{methodsText(t, row.methods)}</strong> {pathText(t, row.path)}
        </span>
      ),
    },
    {
      id: 'audience',
      label: t('row.audience'),
      width: '24%',
      render: row => (
        <span className={sharedStyles.stack}>
          <Audience row={row} ownClients={ownClients} links={links} />
          {detailsOf(row).map(line => (
            <Text
              key={line}
              as="span"
              variant="body-small"
              color="secondary"
              className={sharedStyles.breakable}
            >
              {line}
            </Text>
          ))}
        </span>
      ),
    },
    ...standingCallers.map(caller => ({
      id: caller,
      label: t(`caller.${caller}`),
      render: (row: AccessRow) => (
        <VerdictCell
          answer={row.callers.find(entry => entry.caller === caller)}
          links={links}
        />
      ),
    })),
  ];

  return (
    <Anchored anchor={exposure.id} as="section">
      <Card>
        <CardHeader>
          <h3 className={styles.title}>
            <AddressLink address={exposure.address} />
          </h3>
        </CardHeader>
        <CardBody>
          <Facts
            facts={[
              {
                label: t('exposure.tls'),
                value: [
                  tlsText(t, exposure),
                  tls.credentialName &&
                    t('exposure.certificate', { name: tls.credentialName }),
                ]
                  .filter(Boolean)
                  .join(' · '),
              },
              { label: t('exposure.login'), value: loginFact(t, exposure) },
              {
                label: t('exposure.token'),
                value: tokenFact(t, exposure),
              },
              {
                label: t('exposure.gateway'),
                value: <ObjectReference object={exposure.gateway} />,
              },
              {
                label: t('exposure.route'),
                value: <ObjectReference object={exposure.route} />,
              },
              {
                label: t('exposure.service'),
                value: exposure.service && (
                  <ObjectReference object={exposure.service} />
                ),
              },
              {
                label: t('exposure.sameHost'),
                value:
                  exposure.otherClaimants &&
                  exposure.otherClaimants.length > 0 &&
                  exposure.otherClaimants
                    .map(({ namespace, name }) => `${namespace}/${name}`)
                    .join(', '),
              },
              { label: t('exposure.rewrite'), value: exposure.rewrite },
              { label: t('exposure.redirect'), value: exposure.redirect },
              {
                label: t('exposure.conditions'),
                value: exposure.conditions?.join(', '),
              },
            ]}
          />
          {showsTable ? (
            <SectionTable
              caption={t('exposure.caption', { address: exposure.address })}
              columns={columns}
              items={openFirst(exposure.access)}
              keyOf={rowKey}
              minWidth="56rem"
            />
          ) : (
            !exposure.redirect && (
              <Text as="p" variant="body-medium" color="secondary">
                {isAccessHidden ? t('row.hiddenByPermission') : t('row.noRows')}
              </Text>
            )
          )}
        </CardBody>
      </Card>
    </Anchored>
  );
}
