import { FindingSeverity } from '@mesh-auth/plugin-mesh-auth-common';
import {
  RiAlertFill,
  RiErrorWarningLine,
  RiInformationLine,
} from '@remixicon/react';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import styles from './shared.module.css';

const icons = {
  high: RiAlertFill,
  medium: RiErrorWarningLine,
  low: RiInformationLine,
  info: RiInformationLine,
};

/** The severity of a finding, by word, shape and colour. */
export function SeverityBadge(props: { severity: FindingSeverity }) {
  const { severity } = props;
  const t = useMeshAuthTranslation();
  const Icon = icons[severity];
  return (
    <span className={`${styles.severity} ${styles[severity]}`}>
      <Icon aria-hidden size={12} />
      {t(`findings.severity.${severity}`)}
    </span>
  );
}
