/**
 * Scaffolder actions that write the Keycloak client and the Istio manifests of a service.
 *
 * @packageDocumentation
 */

export { scaffolderModuleMeshAuth as default } from './module';
