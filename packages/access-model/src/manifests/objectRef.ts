import type { MeshObject, ObjectRef } from './types';

/** API group of an object, without its version; empty for the core group. @internal */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** Names an object. @public */
export function refOf(object: MeshObject): ObjectRef {
  return {
    kind: object.kind,
    group: groupOf(object.apiVersion),
    namespace: object.metadata.namespace,
    name: object.metadata.name,
  };
}

/** `AuthorizationPolicy/istio-system/login-wall`, the way in which answers name an object. @public */
export function formatRef(ref: {
  kind: string;
  namespace?: string;
  name: string;
}): string {
  return ref.namespace
    ? `${ref.kind}/${ref.namespace}/${ref.name}`
    : `${ref.kind}/${ref.name}`;
}
