import { Badge, Card, CardBody, CardHeader, Flex, Text } from '@backstage/ui';
import { EntityAccess, Policy } from '@mesh-auth/plugin-mesh-auth-common';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { isAccessHidden } from '../shared/answer';
import { objectAnchor } from '../shared/anchors';
import { ObjectReference } from '../shared/ObjectReference';
import styles from './AccessContent.module.css';
import { Anchored } from './Anchored';
import { Empty } from './Empty';

/** The order in which a proxy asks its policies. */
const stages = ['MTLS', 'CUSTOM', 'JWT', 'AUDIT', 'DENY', 'ALLOW'] as const;

function inOrder(policies: Policy[]): Policy[] {
  return [...policies].sort(
    (a, b) => stages.indexOf(a.action) - stages.indexOf(b.action),
  );
}

function PolicyItem(props: { policy: Policy }) {
  const { policy } = props;
  const t = useMeshAuthTranslation();
  return (
    <Anchored
      as="li"
      anchor={objectAnchor(policy.ref)}
      className={styles.policy}
    >
      <span className={`${styles.action} ${styles[`action${policy.action}`]}`}>
        {t(`policies.action.${policy.action}`)}
      </span>
      <div className={styles.policyWords}>
        {policy.words.length === 0 && (
          <Text variant="body-medium" color="secondary">
            {t('policies.noWords')}
          </Text>
        )}
        {policy.words.map(words => (
          <Text key={words} as="p" variant="body-medium">
            {words}
          </Text>
        ))}
        <Flex gap="2" align="center" className={styles.wrap}>
          <Badge size="small">{t(`policies.scope.${policy.scope}`)}</Badge>
          {policy.provider && (
            <Badge size="small">
              {t('policies.provider', { name: policy.provider })}
            </Badge>
          )}
          {policy.dryRun && <Badge size="small">{t('policies.dryRun')}</Badge>}
        </Flex>
      </div>
      <ObjectReference object={policy.ref} />
    </Anchored>
  );
}

/** The policies that touch the entity, in the order in which the proxies apply them. */
export function PoliciesSection(props: { access: EntityAccess }) {
  const { access } = props;
  const t = useMeshAuthTranslation();
  if (access.policies.length === 0) {
    return isAccessHidden(access) ? (
      <Empty title={t('row.hiddenByPermission')} />
    ) : (
      <Empty title={t('policies.none')} hint={t('policies.noneHint')} />
    );
  }
  return (
    <Flex direction="column" gap="4">
      {(['gateway', 'workload'] as const).map(at => {
        const policies = inOrder(
          access.policies.filter(policy => policy.at === at),
        );
        return (
          policies.length > 0 && (
            <Card key={at}>
              <CardHeader>
                <Text as="h3" variant="title-x-small" weight="bold">
                  {t('policies.where', { at: t(`identity.at.${at}`) })}
                </Text>
              </CardHeader>
              <CardBody>
                <ol className={styles.policies}>
                  {policies.map(policy => (
                    <PolicyItem
                      key={`${objectAnchor(policy.ref)} ${policy.action}`}
                      policy={policy}
                    />
                  ))}
                </ol>
              </CardBody>
            </Card>
          )
        );
      })}
    </Flex>
  );
}
