import { Exposure } from '@mesh-auth/plugin-mesh-auth-common';
import { MeshAuthT } from '../../hooks/useMeshAuthTranslation';

/** Whether an address is encrypted, in words. */
export function tlsText(
  t: MeshAuthT,
  exposure: Pick<Exposure, 'scheme' | 'tls'>,
): string {
  const { mode } = exposure.tls;
  if (/passthrough/i.test(mode)) {
    return t('address.passthrough');
  }
  return exposure.scheme === 'https' || exposure.scheme === 'tls'
    ? t('address.encrypted', { mode })
    : t('address.plain');
}
