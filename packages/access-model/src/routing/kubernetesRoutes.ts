import type { Mesh } from '../mesh/Mesh';
import type { VirtualRoute } from './VirtualRoute';

/** HTTPRoutes as routes of their gateways. @internal */
export function kubernetesRoutesOf(_mesh: Mesh): VirtualRoute[] {
  return [];
}
