import { Alert, Button, Flex } from '@backstage/ui';
import {
  MeshAuthT,
  useMeshAuthTranslation,
} from '../../hooks/useMeshAuthTranslation';

function wordsFor(t: MeshAuthT, error: Error) {
  const { message } = error;
  // A ResponseError carries the error of the backend, by name, as its cause.
  const cause = error.cause as { name?: string; message?: string } | undefined;
  const detail = cause?.message ?? message;
  switch (error.name === 'ResponseError' ? cause?.name : error.name) {
    case 'NotAllowedError':
      return {
        title: t('error.denied'),
        description: t('error.deniedHint', { message: detail }),
      };
    case 'InputError':
      return {
        title: t('error.input'),
        description: t('error.inputHint', { message: detail }),
      };
    case 'NotFoundError':
      return {
        title: t('error.notFound'),
        description: t('error.notFoundHint', { message: detail }),
      };
    case 'TypeError':
      // What fetch throws when there is no answer at all.
      return {
        title: t('error.network'),
        description: t('error.networkHint', { message: detail }),
      };
    default:
      return {
        title: t('error.title'),
        description: t('error.generic', { message: detail }),
      };
  }
}

/** What failed and what to do about it, with a way to try again. */
export function AccessError(props: { error: Error; onRetry: () => void }) {
  const { error, onRetry } = props;
  const t = useMeshAuthTranslation();
  const { title, description } = wordsFor(t, error);
  return (
    <Flex direction="column" gap="2" align="start">
      <Alert
        role="alert"
        status="danger"
        icon
        title={title}
        description={description}
        style={{ width: '100%' }}
      />
      <Button variant="secondary" size="small" onPress={onRetry}>
        {t('error.retry')}
      </Button>
    </Flex>
  );
}
