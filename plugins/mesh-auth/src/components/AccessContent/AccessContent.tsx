import { ButtonIcon, Flex, Tab, TabList, TabPanel, Tabs } from '@backstage/ui';
import { EntityAccess } from '@mesh-auth/plugin-mesh-auth-common';
import { RiRefreshLine } from '@remixicon/react';
import {
  AccessLinks,
  AccessSection,
  accessSections,
  useAccessLinks,
} from '../../hooks/useAccessLinks';
import { useEntityAccess } from '../../hooks/useEntityAccess';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { AccessError } from '../shared/AccessError';
import { isUnconnected } from '../shared/answer';
import { Freshness } from '../shared/Freshness';
import { MissingAnnotations } from '../shared/MissingAnnotations';
import { Notices } from '../shared/Notices';
import sharedStyles from '../shared/shared.module.css';
import styles from './AccessContent.module.css';
import { AccessContentSkeleton } from './AccessContentSkeleton';
import { ExposureSection } from './ExposureSection';
import { FindingsSection } from './FindingsSection';
import { PoliciesSection } from './PoliciesSection';
import { RolesSection } from './RolesSection';
import { SourcesSection } from './SourcesSection';
import { TrySection } from './try/TrySection';

/**
 * Options of the tab "Access".
 *
 * @public
 */
export interface AccessContentProps {
  /** Seconds between two readings; 15 by default. */
  refreshSeconds?: number;
}

function countOf(
  access: EntityAccess,
  section: AccessSection,
): number | undefined {
  switch (section) {
    case 'exposure':
      return access.exposures.length;
    case 'policies':
      return access.policies.length;
    case 'roles':
      return access.clients.reduce((sum, { roles }) => sum + roles.length, 0);
    case 'try':
      return undefined;
    case 'findings':
      return access.findings.length;
    default:
      return access.sources.length;
  }
}

function Count(props: { of?: number }) {
  return props.of === undefined ? null : (
    <span className={styles.count}>{props.of}</span>
  );
}

function Section(props: {
  section: AccessSection;
  access: EntityAccess;
  links: AccessLinks;
}) {
  const { section, access, links } = props;
  switch (section) {
    case 'exposure':
      return <ExposureSection access={access} links={links} />;
    case 'policies':
      return <PoliciesSection access={access} />;
    case 'roles':
      return <RolesSection access={access} />;
    case 'try':
      return <TrySection access={access} links={links} />;
    case 'findings':
      return <FindingsSection access={access} />;
    default:
      return <SourcesSection access={access} />;
  }
}

/**
 * The tab "Access" of an entity: every way in, what the proxies apply, the
 * roles behind it, what is wrong, and where all of that is known from. Each
 * part has an address of its own.
 *
 * @public
 */
export function AccessContent(props: AccessContentProps) {
  const { refreshSeconds = 15 } = props;
  const t = useMeshAuthTranslation();
  const links = useAccessLinks();
  const { answer, error, loading, refresh } = useEntityAccess(refreshSeconds);

  if (!answer) {
    return error ? (
      <AccessError error={error} onRetry={refresh} />
    ) : (
      <AccessContentSkeleton />
    );
  }
  const { access } = answer;
  if (isUnconnected(access)) {
    return <MissingAnnotations missing={access.missingAnnotations} />;
  }
  return (
    <Flex
      direction="column"
      gap="4"
      className={`${sharedStyles.surface} ${styles.root}`}
    >
      <Notices notices={access.notices} sources={access.sources} />
      <Tabs>
        <div className={styles.bar}>
          <div className={styles.tabs}>
            <TabList aria-label={t('tab.sections')}>
              {accessSections.map(section => (
                <Tab
                  key={section}
                  id={section}
                  href={links(section)}
                  matchStrategy="prefix"
                >
                  {t(`tab.${section}`)}
                  <Count of={countOf(access, section)} />
                </Tab>
              ))}
            </TabList>
          </div>
          <Flex align="center" gap="2">
            <Freshness answer={answer} refreshFailed={Boolean(error)} />
            <ButtonIcon
              variant="tertiary"
              size="small"
              icon={<RiRefreshLine />}
              aria-label={t('tab.refresh')}
              isPending={loading}
              onPress={refresh}
            />
          </Flex>
        </div>
        {accessSections.map(section => (
          <TabPanel key={section} id={section}>
            <Section section={section} access={access} links={links} />
          </TabPanel>
        ))}
      </Tabs>
    </Flex>
  );
}
