import { Text } from '@backstage/ui';
import { AccessRow, Exposure } from '@mesh-auth/plugin-mesh-auth-common';
import { RiLockLine, RiLockUnlockLine } from '@remixicon/react';
import { AccessLinks } from '../../hooks/useAccessLinks';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import { AddressLink } from '../shared/AddressLink';
import { Audience } from '../shared/Audience';
import { AudienceIcon } from '../shared/AudienceIcon';
import { LinkOrText } from '../shared/LinkOrText';
import sharedStyles from '../shared/shared.module.css';
import {
  audienceKind,
  loginWallText,
  methodsText,
  pathText,
} from '../shared/words';
import { tlsText } from '../shared/tls';
import styles from './AccessCard.module.css';

function rowKey(row: AccessRow): string {
  return `${row.methods.join()} ${row.path.type} ${row.path.value}`;
}

/** One address: lock, login, and a line for each class of requests. */
export function CardAddress(props: {
  exposure: Exposure;
  ownClients: string[];
  links: AccessLinks;
  maxPaths: number;
  isAccessHidden: boolean;
}) {
  const { exposure, ownClients, links, maxPaths, isAccessHidden } = props;
  const t = useMeshAuthTranslation();
  const { loginWall } = exposure;
  const isEncrypted = exposure.scheme === 'https' || exposure.scheme === 'tls';
  const Lock = isEncrypted ? RiLockLine : RiLockUnlockLine;
  const details = links('exposure', exposure.id);
  const open = exposure.access.filter(row => audienceKind(row) !== 'closed');
  const rows = open.slice(0, maxPaths);
  const notShown = open.length - rows.length;
  const hasClosed = open.length < exposure.access.length;
  const needsAttention =
    loginWall.state === 'unknown' || loginWall.state === 'partial';
  return (
    <section className={styles.address}>
      <h4 className={styles.addressLine}>
        <Lock
          size={16}
          role="img"
          aria-label={tlsText(t, exposure)}
          className={isEncrypted ? styles.lock : styles.noLock}
        />
        <AddressLink address={exposure.address} />
      </h4>
      <p className={styles.login}>
        <LinkOrText
          href={details}
          color="secondary"
          className={needsAttention ? styles.attention : undefined}
        >
          {loginWallText(t, loginWall)}
        </LinkOrText>
        {loginWall.description && loginWall.state !== 'none' && (
          <Text as="span" variant="body-medium" color="secondary">
            {' '}
            → {loginWall.description}
          </Text>
        )}
      </p>
      {exposure.access.length > 0 && (
        <ul
          className={styles.rows}
          aria-label={t('card.pathsOf', { address: exposure.address })}
        >
          {rows.map(row => (
            <li key={rowKey(row)} className={styles.row}>
              <span className={styles.method}>
                {methodsText(t, row.methods)}
              </span>
              <span className={styles.path}>{pathText(t, row.path)}</span>
              <Audience row={row} ownClients={ownClients} links={links} />
            </li>
          ))}
          {hasClosed && (
            <li className={styles.row}>
              <span className={styles.rest}>
                {open.length > 0 ? t('card.everythingElse') : t('row.anyPath')}
              </span>
              <span className={sharedStyles.audience}>
                <AudienceIcon kind="closed" />
                <Text as="span" variant="body-medium" color="secondary">
                  {t('audience.nobody')}
                </Text>
              </span>
            </li>
          )}
        </ul>
      )}
      {exposure.access.length === 0 && (
        <Text as="p" variant="body-small" color="secondary">
          {isAccessHidden ? t('row.hiddenByPermission') : t('row.noRows')}
        </Text>
      )}
      {notShown > 0 && (
        <LinkOrText href={details}>
          {t('card.moreRows', { count: notShown })}
        </LinkOrText>
      )}
    </section>
  );
}
