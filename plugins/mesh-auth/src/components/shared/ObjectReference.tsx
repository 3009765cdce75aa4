import { Text } from '@backstage/ui';
import { ObjectRef } from '@mesh-auth/plugin-mesh-auth-common';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import styles from './shared.module.css';

/** A Kubernetes object by kind, namespace and name, and where it is written. */
export function ObjectReference(props: { object: ObjectRef }) {
  const { object } = props;
  const t = useMeshAuthTranslation();
  const place =
    object.file &&
    (object.line === undefined
      ? object.file
      : t('object.at', { file: object.file, line: String(object.line) }));
  return (
    <span className={styles.object}>
      <Text as="span" variant="body-medium">
        {object.kind}{' '}
        <span className={styles.mono}>
          {object.namespace ? `${object.namespace}/` : ''}
          {object.name}
        </span>
      </Text>
      {place && (
        <Text
          as="span"
          variant="body-small"
          color="secondary"
          className={styles.mono}
        >
          {place}
        </Text>
      )}
    </span>
  );
}
