import { Card, CardBody, CardHeader, Text } from '@backstage/ui';
import { EntityAccess, Source } from '@mesh-auth/plugin-mesh-auth-common';
import {
  RiCheckLine,
  RiCloseLine,
  RiLoader4Line,
  RiTimeLine,
} from '@remixicon/react';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import sharedStyles from '../shared/shared.module.css';
import { ageText, momentText } from '../shared/words';
import styles from './AccessContent.module.css';
import { Empty } from './Empty';
import { SectionTable } from './SectionTable';

const icons = {
  live: RiCheckLine,
  stale: RiTimeLine,
  loading: RiLoader4Line,
  unavailable: RiCloseLine,
};

const tones = {
  live: styles.allow,
  stale: styles.unknown,
  loading: styles.unknown,
  unavailable: styles.deny,
};

function SourceState(props: { source: Source }) {
  const { state } = props.source;
  const t = useMeshAuthTranslation();
  const Icon = icons[state];
  return (
    <span className={`${styles.verdictWord} ${tones[state]}`}>
      <Icon aria-hidden size={14} />
      {t(`sources.stateName.${state}`)}
    </span>
  );
}

function SourceDetail(props: { source: Source }) {
  const { message, warnings } = props.source;
  const t = useMeshAuthTranslation();
  return (
    <span className={sharedStyles.stack}>
      {message && <Text variant="body-medium">{message}</Text>}
      {warnings.length > 0 && (
        <>
          <Text variant="body-medium">
            {t('sources.warnings', { count: warnings.length })}
          </Text>
          <ul className={styles.plainList}>
            {warnings.map(warning => (
              <li key={`${warning.file}:${warning.line}:${warning.message}`}>
                <Text variant="body-small">
                  {warning.file && (
                    <span className={sharedStyles.mono}>
                      {warning.file}
                      {warning.line !== undefined &&
                        `, ${t('sources.line', {
                          line: String(warning.line),
                        })}`}
                      {': '}
                    </span>
                  )}
                  {warning.message}
                </Text>
              </li>
            ))}
          </ul>
        </>
      )}
      {!message && warnings.length === 0 && '—'}
    </span>
  );
}

/** Where the answers come from, how old that is, and what could not be read. */
export function SourcesSection(props: { access: EntityAccess }) {
  const { sources, snapshotVersion, builtAt } = props.access;
  const t = useMeshAuthTranslation();
  if (sources.length === 0) {
    return <Empty title={t('sources.none')} hint={t('sources.noneHint')} />;
  }
  return (
    <Card>
      <CardHeader>
        <Text as="h3" variant="title-x-small" weight="bold">
          {t('sources.caption')}
        </Text>
        <Text as="p" variant="body-small" color="secondary">
          {t('sources.snapshot', {
            version: snapshotVersion,
            time: momentText(builtAt),
          })}
        </Text>
      </CardHeader>
      <CardBody>
        <SectionTable
          caption={t('sources.caption')}
          items={sources}
          keyOf={source => source.id}
          columns={[
            {
              id: 'source',
              label: t('sources.source'),
              width: '24%',
              render: source => (
                <span className={sharedStyles.stack}>
                  <Text variant="body-medium" weight="bold">
                    {source.title}
                  </Text>
                  <Text variant="body-small" color="secondary">
                    {t(`sources.kind.${source.kind}`)}
                  </Text>
                </span>
              ),
            },
            {
              id: 'state',
              label: t('sources.state'),
              width: '16%',
              render: source => <SourceState source={source} />,
            },
            {
              id: 'age',
              label: t('sources.age'),
              width: '12%',
              render: source => (
                <Text variant="body-medium">
                  {source.ageSeconds === undefined
                    ? '—'
                    : ageText(t, source.ageSeconds)}
                </Text>
              ),
            },
            {
              id: 'detail',
              label: t('sources.detail'),
              render: source => <SourceDetail source={source} />,
            },
          ]}
        />
      </CardBody>
    </Card>
  );
}
