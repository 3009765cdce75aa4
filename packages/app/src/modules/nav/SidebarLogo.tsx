import {
  Link,
  sidebarConfig,
  useSidebarOpenState,
} from '@backstage/core-components';
import { Logo } from './Logo';
import styles from './SidebarLogo.module.css';

/** The way home: the sign alone, with the name where the sidebar is open. */
export function SidebarLogo() {
  const { isOpen } = useSidebarOpenState();
  return (
    <div
      className={styles.root}
      style={{
        width: isOpen
          ? sidebarConfig.drawerWidthOpen
          : sidebarConfig.drawerWidthClosed,
      }}
    >
      <Link to="/" underline="none" className={styles.link} aria-label="Home">
        <Logo />
        {isOpen && <span className={styles.name}>mesh-auth</span>}
      </Link>
    </div>
  );
}
