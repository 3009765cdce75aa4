export type {
  KeycloakSnapshot,
  KeycloakSource,
  KeycloakSourceState,
  KeycloakSourceWarning,
} from './types';
export {
  readKeycloakConfig,
  type KeycloakConfig,
  type KeycloakExportConfig,
  type KeycloakInstanceConfig,
} from './config';
export { RealmExportSource } from './RealmExportSource';
export { KeycloakRealmSource } from './KeycloakRealmSource';
export { createKeycloakSources } from './createKeycloakSources';
