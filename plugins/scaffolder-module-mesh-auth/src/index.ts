/**
 * Scaffolder actions that write the Keycloak client and the Istio manifests of a service.
 *
 * @packageDocumentation
 */

export { scaffolderModuleMeshAuth as default } from './module';
export * from './actions';
export * from './config';
export * from './hosts';
