import { Text } from '@backstage/ui';
import { CallerVerdict } from '@mesh-auth/plugin-mesh-auth-common';
import { RiCheckLine, RiCloseLine, RiQuestionLine } from '@remixicon/react';
import { AccessLinks } from '../../hooks/useAccessLinks';
import {
  MeshAuthT,
  useMeshAuthTranslation,
} from '../../hooks/useMeshAuthTranslation';
import { LinkOrText } from '../shared/LinkOrText';
import styles from './AccessContent.module.css';

const icons = {
  allow: RiCheckLine,
  deny: RiCloseLine,
  unknown: RiQuestionLine,
};

function verdictText(t: MeshAuthT, answer: CallerVerdict): string {
  const { verdict, status } = answer;
  if (verdict === 'deny' && status === 302) {
    return t('verdict.toLogin');
  }
  return t(`verdict.${verdict}`);
}

/** The answer for one standing caller: sign, word, status, and what decided. */
export function VerdictCell(props: {
  answer?: CallerVerdict;
  links: AccessLinks;
}) {
  const { answer, links } = props;
  const t = useMeshAuthTranslation();
  if (!answer) {
    return (
      <Text variant="body-small" color="secondary">
        {t('verdict.notStated')}
      </Text>
    );
  }
  const Icon = icons[answer.verdict];
  const [object, rule] = answer.decidedBy?.split('#') ?? [];
  const name = object?.split('/').pop();
  return (
    <span className={styles.verdict}>
      <span className={`${styles.verdictWord} ${styles[answer.verdict]}`}>
        <Icon aria-hidden size={14} />
        {verdictText(t, answer)}
        {answer.status !== undefined && (
          <span className={styles.status}>{answer.status}</span>
        )}
      </span>
      {object && (
        <LinkOrText
          href={links('policies', object)}
          color="secondary"
          className={styles.decidedBy}
          title={t('verdict.decidedBy', { object: answer.decidedBy ?? '' })}
        >
          {rule === undefined ? name : `${name} #${rule}`}
        </LinkOrText>
      )}
    </span>
  );
}
