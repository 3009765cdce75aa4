import {
  TranslationFunction,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { meshAuthTranslationRef } from '../translation';

/** The plugin's translation function, for helpers that are not components. */
export type MeshAuthT = TranslationFunction<typeof meshAuthTranslationRef.T>;

/** The plugin's strings in the language of the app. */
export function useMeshAuthTranslation(): MeshAuthT {
  return useTranslationRef(meshAuthTranslationRef).t;
}
