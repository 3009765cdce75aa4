import { Flex, Skeleton, VisuallyHidden } from '@backstage/ui';
import { useMeshAuthTranslation } from '../../hooks/useMeshAuthTranslation';

/** The shape of the tab while the first answer is awaited. */
export function AccessContentSkeleton() {
  const t = useMeshAuthTranslation();
  return (
    <Flex direction="column" gap="4" role="status">
      <VisuallyHidden>{t('card.loading')}</VisuallyHidden>
      <Skeleton height={40} width="100%" />
      <Skeleton height={280} width="100%" />
      <Skeleton height={280} width="100%" />
    </Flex>
  );
}
