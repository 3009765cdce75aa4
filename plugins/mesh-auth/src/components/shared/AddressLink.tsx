import { Link } from '@backstage/ui';
import { RiExternalLinkLine } from '@remixicon/react';
import { Fragment } from 'react';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import styles from './shared.module.css';

/** An address that opens beside Backstage; a long one breaks between its segments. */
export function AddressLink(props: { address: string }) {
  const { address } = props;
  const t = useMeshAuthTranslation();
  return (
    <Link
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      variant="body-large"
      weight="bold"
      standalone
      className={styles.address}
      aria-label={t('address.opensNewTab', { address })}
    >
      {address.split(/(?<=[^/])(?=\/[^/])/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
      <RiExternalLinkLine aria-hidden size={14} className={styles.external} />
    </Link>
  );
}
