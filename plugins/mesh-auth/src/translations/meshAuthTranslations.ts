import { createTranslationResource } from '@backstage/frontend-plugin-api';
import { meshAuthTranslationRef } from '../translation';

/**
 * German for mesh-auth, for apps that install resources themselves.
 *
 * @public
 */
export const meshAuthTranslations = createTranslationResource({
  ref: meshAuthTranslationRef,
  translations: { de: () => import('./de') },
});
