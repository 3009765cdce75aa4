import { ButtonIcon } from '@backstage/ui';
import { RiCheckLine, RiFileCopyLine } from '@remixicon/react';
import { useEffect, useState } from 'react';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import styles from './shared.module.css';

const COPIED_SHOWN_MS = 3000;

/** Text to copy, as it is. */
export function CopySnippet(props: { text: string }) {
  const t = useMeshAuthTranslation();
  const [, copy] = useCopyToClipboard();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    const timer = copied
      ? setTimeout(() => setCopied(false), COPIED_SHOWN_MS)
      : undefined;
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className={styles.snippet}>
      {/* It scrolls where it is narrow, so a keyboard has to reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0}>{props.text}</pre>
      <ButtonIcon
        variant="tertiary"
        size="small"
        icon={copied ? <RiCheckLine /> : <RiFileCopyLine />}
        aria-label={copied ? t('empty.copied') : t('empty.copy')}
        onPress={() => {
          copy(props.text);
          setCopied(true);
        }}
      />
    </div>
  );
}
