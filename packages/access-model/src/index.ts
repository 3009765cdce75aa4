/**
 * Decides and explains who may reach a service through an Istio mesh: objects in, answers out, no I/O.
 *
 * @packageDocumentation
 */
export * from './manifests';
export * from './identity';
