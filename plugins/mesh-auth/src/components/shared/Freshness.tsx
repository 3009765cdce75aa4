import { Link, Text } from '@backstage/ui';
import { useState } from 'react';
import useInterval from 'react-use/esm/useInterval';
import { AccessAnswer } from '../../hooks/useEntityAccess';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { FreshnessState, summarizeSources } from './freshness';
import styles from './Freshness.module.css';
import { ageText, momentText } from './words';

/** How old an answer is now, in seconds, counted on while it is shown. */
function useAgeSeconds(answer: AccessAnswer, ageSeconds: number): number {
  const [now, setNow] = useState(() => Date.now());
  useInterval(() => setNow(Date.now()), 1000);
  const sinceAnswer = Math.max(0, now - answer.receivedAt) / 1000;
  return ageSeconds + sinceAnswer;
}

const dotOf: Record<FreshnessState, string> = {
  live: styles.live,
  stale: styles.old,
  loading: styles.old,
  partial: styles.old,
  unavailable: styles.down,
  noSource: styles.down,
};

/** "live · 4 s old", or what is wrong with the sources, with a link to them. */
export function Freshness(props: {
  answer: AccessAnswer;
  /** The latest attempt to read again failed. */
  refreshFailed: boolean;
  href?: string;
}) {
  const { answer, refreshFailed, href } = props;
  const t = useMeshAuthTranslation();
  const { state, ageSeconds, observedAt } = summarizeSources(
    answer.access.sources,
  );
  const age = useAgeSeconds(answer, ageSeconds ?? 0);

  const words = {
    live: t('freshness.live'),
    stale: t('freshness.stale'),
    loading: t('freshness.loading'),
    partial: t('freshness.partial'),
    unavailable: t('sources.stateName.unavailable'),
    noSource: t('freshness.noSource'),
  };
  const shownState = refreshFailed && state === 'live' ? 'stale' : state;
  const ageWords = (() => {
    if (ageSeconds === undefined && !refreshFailed) {
      return undefined;
    }
    if (shownState === 'stale' && observedAt) {
      return t('freshness.since', { time: momentText(observedAt) });
    }
    return t('freshness.age', { age: ageText(t, age) });
  })();
  const text = [words[shownState], ageWords].filter(Boolean).join(' · ');

  const content = (
    <>
      <span aria-hidden className={`${styles.dot} ${dotOf[shownState]}`} />
      {text}
    </>
  );
  return href ? (
    <Link
      href={href}
      variant="body-small"
      color="secondary"
      standalone
      className={styles.root}
      aria-label={t('freshness.toSources', { state: text })}
    >
      {content}
    </Link>
  ) : (
    <Text variant="body-small" color="secondary" className={styles.root}>
      {content}
    </Text>
  );
}
