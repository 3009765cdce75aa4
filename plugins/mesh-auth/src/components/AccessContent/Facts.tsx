import { Text } from '@backstage/ui';
import { ReactNode } from 'react';
import styles from './AccessContent.module.css';

/** Label and value pairs; a pair without a value is left out. */
export function Facts(props: { facts: { label: string; value: ReactNode }[] }) {
  return (
    <dl className={styles.facts}>
      {props.facts
        .filter(({ value }) => Boolean(value))
        .map(({ label, value }) => (
          <div key={label}>
            <dt>
              <Text variant="body-small" color="secondary">
                {label}
              </Text>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
