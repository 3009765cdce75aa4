import { Text } from '@backstage/ui';
import { Finding } from '@mesh-auth/plugin-mesh-auth-common';
import { AccessLinks } from '../../hooks/useAccessLinks';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { bySeverity, findingAnchor } from '../shared/findings';
import { LinkOrText } from '../shared/LinkOrText';
import { SeverityBadge } from '../shared/SeverityBadge';
import styles from './AccessCard.module.css';

const SHOWN = 2;

/** The worst findings; the rest is counted. */
export function CardFindings(props: {
  findings: Finding[];
  links: AccessLinks;
}) {
  const { links } = props;
  const t = useMeshAuthTranslation();
  const findings = bySeverity(props.findings);
  if (findings.length === 0) {
    return null;
  }
  const notShown = findings.length - SHOWN;
  return (
    <ul className={styles.findings} aria-label={t('card.findings')}>
      {findings.slice(0, SHOWN).map(finding => (
        <li key={findingAnchor(finding)} className={styles.finding}>
          <SeverityBadge severity={finding.severity} />
          <span>
            <LinkOrText href={links('findings', findingAnchor(finding))}>
              {finding.title}
            </LinkOrText>{' '}
            <Text as="span" variant="body-small" color="secondary">
              {finding.code}
            </Text>
          </span>
        </li>
      ))}
      {notShown > 0 && (
        <li>
          <LinkOrText href={links('findings')}>
            {t('card.moreFindings', { count: notShown })}
          </LinkOrText>
        </li>
      )}
    </ul>
  );
}
