import { Flex } from '@backstage/ui';
import { EntityAccess } from '@mesh-auth/plugin-mesh-auth-common';
import { AccessLinks } from '../../hooks/useAccessLinks';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import {
  areExposuresUnknown,
  isAccessHidden,
  ownClientIds,
  splitRedirects,
} from '../shared/answer';
import { meshSources } from '../shared/freshness';
import { Empty } from './Empty';
import { ExposureCard } from './ExposureCard';

/** Every way in, and for each class of requests who gets through. */
export function ExposureSection(props: {
  access: EntityAccess;
  links: AccessLinks;
}) {
  const { access, links } = props;
  const t = useMeshAuthTranslation();
  if (access.exposures.length === 0) {
    return areExposuresUnknown(access) ? (
      <Empty
        title={t('exposure.unknown')}
        hint={t('exposure.unknownHint', {
          sources: meshSources(access.sources)
            .map(source =>
              t('sources.partTitle', {
                source: source.title,
                state: t(`sources.stateName.${source.state}`),
              }),
            )
            .join(', '),
        })}
      />
    ) : (
      <Empty title={t('exposure.none')} hint={t('exposure.noneHint')} />
    );
  }
  const { serving, redirecting } = splitRedirects(access.exposures);
  return (
    <Flex direction="column" gap="4">
      {[...serving, ...redirecting].map(exposure => (
        <ExposureCard
          key={exposure.id}
          exposure={exposure}
          ownClients={ownClientIds(access)}
          links={links}
          isAccessHidden={isAccessHidden(access)}
        />
      ))}
    </Flex>
  );
}
