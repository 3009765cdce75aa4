import { Flex, Text } from '@backstage/ui';
import { MissingAnnotation } from '@mesh-auth/plugin-mesh-auth-common';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { CopySnippet } from './CopySnippet';

/** Which annotations connect the entity, why, and the YAML to copy. */
export function MissingAnnotations(props: { missing: MissingAnnotation[] }) {
  const { missing } = props;
  const t = useMeshAuthTranslation();
  const yaml = [
    'metadata:',
    '  annotations:',
    ...missing.map(item => `    ${item.example}`),
  ].join('\n');
  return (
    <Flex direction="column" gap="3">
      <Text as="h4" variant="body-large" weight="bold">
        {t('empty.title')}
      </Text>
      <Text as="p" variant="body-medium">
        {t('empty.intro')}
      </Text>
      <CopySnippet text={yaml} />
      <ul style={{ margin: 0, paddingInlineStart: 'var(--bui-space-4)' }}>
        {missing.map(item => (
          <li key={item.annotation}>
            <Text variant="body-small" color="secondary">
              {item.reason}
            </Text>
          </li>
        ))}
      </ul>
    </Flex>
  );
}
