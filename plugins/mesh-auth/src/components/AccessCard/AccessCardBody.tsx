import { Text } from '@backstage/ui';
import { EntityAccess } from '@mesh-auth/plugin-mesh-auth-common';
import { AccessLinks } from '../../hooks/useAccessLinks';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import {
  areExposuresUnknown,
  isAccessHidden,
  ownClientIds,
  splitRedirects,
} from '../shared/answer';
import { LinkOrText } from '../shared/LinkOrText';
import { Notices } from '../shared/Notices';
import styles from './AccessCard.module.css';
import { CardAddress } from './CardAddress';
import { CardFacts } from './CardFacts';
import { CardFindings } from './CardFindings';

/** The answer, in the order in which one asks: where, who, how, what is wrong. */
export function AccessCardBody(props: {
  access: EntityAccess;
  links: AccessLinks;
  maxAddresses: number;
  maxPaths: number;
}) {
  const { access, links, maxAddresses, maxPaths } = props;
  const t = useMeshAuthTranslation();
  const { serving, redirecting } = splitRedirects(access.exposures);
  const shown = serving.slice(0, maxAddresses);
  const notShown = serving.length - shown.length;
  const ownClients = ownClientIds(access);
  return (
    <div className={styles.body}>
      <Notices
        notices={access.notices.filter(notice => notice.severity !== 'info')}
        sources={access.sources}
      />
      {access.exposures.length === 0 && (
        <Text as="p" variant="body-medium" className={styles.paragraph}>
          {areExposuresUnknown(access)
            ? t('exposure.unknown')
            : t('exposure.none')}
        </Text>
      )}
      {shown.map(exposure => (
        <CardAddress
          key={exposure.id}
          exposure={exposure}
          ownClients={ownClients}
          links={links}
          maxPaths={maxPaths}
          isAccessHidden={isAccessHidden(access)}
        />
      ))}
      {notShown > 0 && (
        <LinkOrText href={links('exposure')}>
          {t('card.moreAddresses', { count: notShown })}
        </LinkOrText>
      )}
      {serving.length === 0 &&
        redirecting.slice(0, maxAddresses).map(exposure => (
          <Text key={exposure.id} variant="body-medium">
            {exposure.address}{' '}
            {t('address.redirects', { target: exposure.redirect ?? '' })}
          </Text>
        ))}
      <CardFacts access={access} links={links} />
      <CardFindings findings={access.findings} links={links} />
    </div>
  );
}
