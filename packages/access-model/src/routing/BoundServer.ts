import type { GatewayServer } from '../manifests/specs';
import type { MeshObject } from '../manifests/types';

/** A server of a Gateway object, or a listener of a Gateway API gateway. @internal */
export interface BoundServer {
  /** The Gateway object. */
  object: MeshObject;
  /** `namespace/name` by which routes bind to it. */
  gatewayName: string;
  /** Index in `spec.servers` or `spec.listeners`. */
  index: number;
  server: GatewayServer;
  /** Hosts with `.` resolved to the namespace. */
  hosts: string[];
}
