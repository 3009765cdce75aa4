import { Alert, Flex } from '@backstage/ui';
import { Notice, Source } from '@mesh-auth/plugin-mesh-auth-common';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { momentText } from './words';

const statusOf = {
  info: 'info',
  warning: 'warning',
  error: 'danger',
} as const;

/** What the reader has to know about the answer, and which source is not as it should be. */
export function Notices(props: { notices: Notice[]; sources: Source[] }) {
  const { notices, sources } = props;
  const t = useMeshAuthTranslation();
  const down = sources.filter(source => source.state !== 'live');
  if (notices.length === 0 && down.length === 0) {
    return null;
  }
  return (
    <Flex direction="column" gap="2">
      {down.map(source => (
        <Alert
          key={source.id}
          status={source.state === 'unavailable' ? 'danger' : 'warning'}
          icon
          title={t('sources.partTitle', {
            source: source.title,
            state: t(`sources.stateName.${source.state}`),
          })}
          description={[
            source.observedAt &&
              source.state === 'stale' &&
              t('freshness.since', { time: momentText(source.observedAt) }),
            source.message,
          ]
            .filter(Boolean)
            .join(' · ')}
        />
      ))}
      {notices.map(notice => (
        <Alert
          key={`${notice.code} ${notice.message}`}
          status={statusOf[notice.severity]}
          icon
          title={notice.message}
        />
      ))}
    </Flex>
  );
}
