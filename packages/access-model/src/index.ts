/**
 * Decides and explains who may reach a service through an Istio mesh: objects in, answers out, no I/O.
 *
 * @packageDocumentation
 */
export * from './manifests';
export * from './identity';
export * from './mesh';
export * from './declare';
export * from './authn';
export * from './authz';
export * from './decide';
export * from './routing';
export * from './access';
export * from './findings';
export * from './solve';
export * from './diff';
