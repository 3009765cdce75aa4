import { Flex, Skeleton, VisuallyHidden } from '@backstage/ui';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';
import styles from './AccessCard.module.css';

/** The shape of a card with one address, while the first answer is awaited. */
export function AccessCardSkeleton() {
  const t = useMeshAuthTranslation();
  return (
    <div className={styles.body} role="status">
      <VisuallyHidden>{t('card.loading')}</VisuallyHidden>
      <Flex direction="column" gap="2" aria-hidden>
        <Skeleton height={24} width="70%" />
        <Skeleton height={20} width="50%" />
        {[0, 1, 2, 3].map(row => (
          <Flex key={row} gap="3" py="1">
            <Skeleton height={24} width={48} />
            <Skeleton height={24} width="40%" />
            <Skeleton height={24} width="30%" />
          </Flex>
        ))}
      </Flex>
      <Flex direction="column" gap="2" aria-hidden>
        <Skeleton height={20} width="90%" />
        <Skeleton height={20} width="80%" />
        <Skeleton height={20} width="85%" />
      </Flex>
    </div>
  );
}
