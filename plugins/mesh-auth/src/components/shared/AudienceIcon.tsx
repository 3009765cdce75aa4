import {
  RiForbidLine,
  RiGlobalLine,
  RiKey2Line,
  RiNodeTree,
  RiQuestionLine,
  RiUserLine,
} from '@remixicon/react';
import styles from './shared.module.css';
import { AudienceKind } from './words';

const icons = {
  open: RiGlobalLine,
  roles: RiKey2Line,
  login: RiUserLine,
  mesh: RiNodeTree,
  closed: RiForbidLine,
  unknown: RiQuestionLine,
};

/** A picture of who is let in; the words always stand beside it. */
export function AudienceIcon(props: { kind: AudienceKind }) {
  const Icon = icons[props.kind];
  return (
    <Icon
      aria-hidden
      size={16}
      className={`${styles.icon} ${
        props.kind === 'open' || props.kind === 'unknown'
          ? styles.attention
          : ''
      }`}
    />
  );
}
