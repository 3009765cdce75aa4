import { Card, CardBody, CardHeader, Flex, Text } from '@backstage/ui';
import { EntityAccess } from '@mesh-auth/plugin-mesh-auth-common';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { isAccessHidden } from '../shared/answer';
import { bySeverity, findingAnchor } from '../shared/findings';
import { ObjectReference } from '../shared/ObjectReference';
import { SeverityBadge } from '../shared/SeverityBadge';
import { Anchored } from './Anchored';
import { Empty } from './Empty';
import { Facts } from './Facts';

/** What someone should act on, the worst first, with evidence and fix. */
export function FindingsSection(props: { access: EntityAccess }) {
  const { access } = props;
  const t = useMeshAuthTranslation();
  if (access.findings.length === 0) {
    return (
      <Empty
        title={
          isAccessHidden(access)
            ? t('row.hiddenByPermission')
            : t('findings.none')
        }
      />
    );
  }
  return (
    <Flex direction="column" gap="3">
      {bySeverity(access.findings).map(finding => (
        <Anchored key={findingAnchor(finding)} anchor={findingAnchor(finding)}>
          <Card>
            <CardHeader>
              <Flex gap="2" align="center">
                <SeverityBadge severity={finding.severity} />
                <Text as="h3" variant="body-large" weight="bold">
                  {finding.title}
                </Text>
                <Text variant="body-small" color="secondary">
                  {finding.code}
                </Text>
              </Flex>
            </CardHeader>
            <CardBody>
              <Facts
                facts={[
                  { label: t('findings.evidence'), value: finding.evidence },
                  { label: t('findings.fix'), value: finding.fix },
                  {
                    label: t('policies.object'),
                    value: finding.object && (
                      <ObjectReference object={finding.object} />
                    ),
                  },
                ]}
              />
            </CardBody>
          </Card>
        </Anchored>
      ))}
    </Flex>
  );
}
