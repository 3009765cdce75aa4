import { Text } from '@backstage/ui';
import { EntityInfoCard } from '@backstage/plugin-catalog-react';
import { useAccessLinks } from '../../hooks/useAccessLinks';
import { useEntityAccess } from '../../hooks/useEntityAccess';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { AccessError } from '../shared/AccessError';
import { Freshness } from '../shared/Freshness';
import { LinkOrText } from '../shared/LinkOrText';
import { MissingAnnotations } from '../shared/MissingAnnotations';
import sharedStyles from '../shared/shared.module.css';
import { isUnconnected } from '../shared/answer';
import { AccessCardBody } from './AccessCardBody';
import { AccessCardSkeleton } from './AccessCardSkeleton';

/**
 * Options of the card "Access".
 *
 * @public
 */
export interface AccessCardProps {
  /** Seconds between two readings; 15 by default. */
  refreshSeconds?: number;
  /** How many addresses are shown before the rest is only counted; 3 by default. */
  maxAddresses?: number;
  /** How many paths of an address are shown before the rest is only counted; 4 by default. */
  maxPaths?: number;
}

/**
 * Where the entity in context is reachable and who may call it, in one look.
 *
 * @public
 */
export function AccessCard(props: AccessCardProps) {
  const { refreshSeconds = 15, maxAddresses = 3, maxPaths = 4 } = props;
  const t = useMeshAuthTranslation();
  const links = useAccessLinks();
  const { answer, error, refresh } = useEntityAccess(refreshSeconds);

  const content = (() => {
    if (!answer) {
      return error ? (
        <AccessError error={error} onRetry={refresh} />
      ) : (
        <AccessCardSkeleton />
      );
    }
    if (isUnconnected(answer.access)) {
      return <MissingAnnotations missing={answer.access.missingAnnotations} />;
    }
    return (
      <AccessCardBody
        access={answer.access}
        links={links}
        maxAddresses={maxAddresses}
        maxPaths={maxPaths}
      />
    );
  })();

  const tab = links('exposure');
  return (
    <EntityInfoCard
      className={sharedStyles.surface}
      title={t('card.title')}
      headerActions={
        answer ? (
          <Freshness
            answer={answer}
            refreshFailed={Boolean(error)}
            href={links('sources')}
          />
        ) : (
          // Holds the line open, so that nothing moves when the answer comes.
          <Text variant="body-small">&nbsp;</Text>
        )
      }
      footerActions={
        tab && <LinkOrText href={tab}>{t('card.openTab')}</LinkOrText>
      }
    >
      {content}
    </EntityInfoCard>
  );
}
