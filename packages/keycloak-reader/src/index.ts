/**
 * Reads a Keycloak realm through the Admin API into the access model.
 *
 * @packageDocumentation
 */
export { checkBaseUrl, type KeycloakEndpoint } from './endpoint';
export {
  KeycloakConnection,
  type KeycloakConnectionOptions,
} from './KeycloakConnection';
export { toUpstreamError, UpstreamError } from './UpstreamError';
export type { Right } from './Rights';
export { readRealmIndex, type RealmIndex } from './readRealmIndex';
export {
  readAllClientRoles,
  readClientRoles,
  withClientRoles,
} from './readClientRoles';
export { MAX_HOLDERS, readHolders } from './readHolders';
export { readAllUsers } from './readAllUsers';
export {
  readAttributeKnowledge,
  readScopeMappings,
  readUserDetails,
} from './readUserDetails';
