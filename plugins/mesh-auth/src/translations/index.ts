/**
 * Further languages of mesh-auth, as a module to install beside the plugin.
 *
 * @packageDocumentation
 */

export { meshAuthTranslations } from './meshAuthTranslations';
export {
  meshAuthTranslationsModule,
  meshAuthTranslationsModule as default,
} from './meshAuthTranslationsModule';
