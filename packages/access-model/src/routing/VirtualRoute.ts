import type { HttpRouteSpec } from '../manifests/specs';
import type { MeshObject } from '../manifests/types';

/** Where a route was written. @public */
export interface RouteOrigin {
  /** The VirtualService or HTTPRoute that holds the rule; a delegate where the rule comes from one. */
  object: MeshObject;
  /** Index in `spec.http` of a VirtualService, in `spec.rules` of an HTTPRoute. */
  rule: number;
  /** Index in the rule's matches; absent where the rule has none. */
  match?: number;
}

/** A rule with the place it came from. @internal */
export interface VirtualRule {
  spec: HttpRouteSpec;
  origin: RouteOrigin;
  /** Of an HTTPRoute: the rule answers with this status because a backend may not or cannot be used. */
  brokenStatus?: number;
}

/**
 * A VirtualService with its names resolved and its delegates merged in, or what an HTTPRoute becomes.
 *
 * @internal
 */
export interface VirtualRoute {
  /** The object that binds hosts to gateways. */
  object: MeshObject;
  namespace: string;
  hosts: string[];
  /** `namespace/name`, or `mesh`. */
  gateways: string[];
  exportTo: string[];
  rules: VirtualRule[];
  /** Gateway API routes take prefixes by whole segments, and answer 500 where a backend is missing. */
  semantics: 'istio' | 'gatewayApi';
}
