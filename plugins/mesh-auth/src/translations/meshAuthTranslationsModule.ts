import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { TranslationBlueprint } from '@backstage/plugin-app-react';
import { meshAuthTranslations } from './meshAuthTranslations';

/**
 * Adds German to an app of the new frontend system. The app offers the
 * language itself, under `app.extensions` or with `createApp`.
 *
 * @public
 */
export const meshAuthTranslationsModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    TranslationBlueprint.make({
      name: 'mesh-auth',
      params: { resource: meshAuthTranslations },
    }),
  ],
});
