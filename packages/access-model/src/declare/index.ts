export * from './types';
export {
  declarationPatterns,
  isDnsLabel,
  isServiceName,
  isHostName,
  isRoleName,
  isClientId,
} from './names';
export { HTTP_METHODS, validateDeclaration } from './validateDeclaration';
export { renderDeclaration } from './renderDeclaration';
export { parseDeclaration, type ParsedDeclaration } from './parseDeclaration';
export {
  declaredAccessTable,
  isDeclared,
  type DeclaredAccessRow,
  type DeclaredCaller,
} from './declaredAccess';
export {
  renderArgoCdApplication,
  renderKustomization,
  type DeliveryDeclaration,
} from './delivery';
export { toManifestYaml } from './manifestYaml';
export * from './keycloakClient';
export {
  renderEdpKeycloakClient,
  parseEdpKeycloakClient,
} from './edpKeycloakClient';
export {
  renderConfigCliClient,
  parseConfigCliClient,
  type ConfigCliRealm,
} from './configCliClient';
export {
  operatorClientProblems,
  renderOperatorKeycloakClient,
  parseOperatorKeycloakClient,
} from './operatorKeycloakClient';
export {
  describeAccessChange,
  type DeclaredChange,
} from './describeAccessChange';
export { patchYaml } from './patchYaml';
