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
export {
  KeycloakRealmSource,
  type SharedReadings,
} from './KeycloakRealmSource';
export { RealmReadingStore } from './RealmReadingStore';
export { createKeycloakSources } from './createKeycloakSources';
