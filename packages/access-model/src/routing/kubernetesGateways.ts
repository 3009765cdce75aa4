import type { Mesh } from '../mesh/Mesh';
import type { MeshProxy } from '../mesh/Proxy';
import type { BoundServer } from './gatewayListeners';

/** Listeners of the Gateway API gateway that a proxy serves, as servers. @internal */
export function kubernetesGatewaysFor(
  _mesh: Mesh,
  _proxy: MeshProxy,
): { bound: BoundServer; port: number }[] {
  return [];
}
