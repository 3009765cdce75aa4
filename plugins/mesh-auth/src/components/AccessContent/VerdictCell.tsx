import { Text } from '@backstage/ui';
import { CallerVerdict } from '@mesh-auth/plugin-mesh-auth-common';
import {
  RiCheckLine,
  RiCloseLine,
  RiLoginBoxLine,
  RiQuestionLine,
} from '@remixicon/react';
import { AccessLinks } from '../../hooks/useAccessLinks';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { LinkOrText } from '../shared/LinkOrText';
import styles from './AccessContent.module.css';

/** A closed door, but one that the login behind it opens. */
function sendsToLogin({ verdict, status }: CallerVerdict): boolean {
  return verdict === 'deny' && status === 302;
}

const shapes = {
  allow: { Icon: RiCheckLine, tone: styles.allow },
  deny: { Icon: RiCloseLine, tone: styles.deny },
  unknown: { Icon: RiQuestionLine, tone: styles.unknown },
  toLogin: { Icon: RiLoginBoxLine, tone: styles.toLogin },
};

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
  const shape = sendsToLogin(answer) ? 'toLogin' : answer.verdict;
  const { Icon, tone } = shapes[shape];
  const [object, rule] = answer.decidedBy?.split('#') ?? [];
  const name = object?.split('/').pop();
  return (
    <span className={styles.verdict}>
      <span className={`${styles.verdictWord} ${tone}`}>
        <Icon aria-hidden size={14} />
        {t(`verdict.${shape}`)}
        {/* Zero is a connection that is refused before any HTTP. */}
        {Boolean(answer.status) && (
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
