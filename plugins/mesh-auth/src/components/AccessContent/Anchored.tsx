import { ReactNode, useEffect, useRef } from 'react';
import useLocation from 'react-use/esm/useLocation';
import styles from './AccessContent.module.css';

/** A part of a page that a link can point at: it is scrolled to, focused and marked. */
export function Anchored(props: {
  anchor: string;
  as?: 'div' | 'li' | 'section' | 'span';
  className?: string;
  children: ReactNode;
}) {
  const { anchor, as: Element = 'div', className, children } = props;
  const ref = useRef<HTMLElement>(null);
  const { hash } = useLocation();
  const isTarget = hash === `#${encodeURIComponent(anchor)}`;
  useEffect(() => {
    if (isTarget) {
      ref.current?.scrollIntoView({ block: 'center' });
      ref.current?.focus({ preventScroll: true });
    }
  }, [isTarget]);
  return (
    <Element
      id={anchor}
      ref={ref as never}
      tabIndex={-1}
      className={[className, isTarget && styles.target]
        .filter(Boolean)
        .join(' ')}
    >
      {children}
    </Element>
  );
}
