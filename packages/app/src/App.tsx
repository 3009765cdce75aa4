import { createApp } from '@backstage/frontend-defaults';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import { meshAuthTranslationsModule } from '@mesh-auth/plugin-mesh-auth/translations';
import { navModule } from './modules/nav';
import { signInModule } from './modules/signIn';

export default createApp({
  features: [
    catalogPlugin,
    navModule,
    signInModule,
    meshAuthTranslationsModule,
  ],
});
