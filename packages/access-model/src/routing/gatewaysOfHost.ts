import type { Mesh } from '../mesh/Mesh';
import { listenersOf } from './gatewayListeners';
import { gatewayProxiesOf } from './gatewayProxies';
import type { GatewayProxy } from './gatewayProxies';
import { hostOfAuthority, pickHost } from './hostNames';
import { routeTableOf } from './routeTable';

/** A gateway proxy with the port on which a host is served. @public */
export interface GatewayEntrance {
  proxy: GatewayProxy;
  /** Port that the proxy listens on. */
  port: number;
}

/**
 * Gateways that serve a host, exact names before wildcards.
 *
 * @public
 */
export function gatewaysOfHost(
  mesh: Mesh,
  options: { host: string; scheme: 'http' | 'https' },
): GatewayEntrance[] {
  const host = hostOfAuthority(options.host);
  const found = gatewayProxiesOf(mesh).flatMap(proxy =>
    [...listenersOf(mesh, proxy).values()].flatMap(({ port, plain, tls }) => {
      const encrypted = options.scheme === 'https';
      const plainScopes = plain ? [plain] : [];
      const scopes = encrypted ? tls.map(({ scope }) => scope) : plainScopes;
      return scopes.flatMap(scope => {
        const served = pickHost(routeTableOf(mesh, scope, proxy), host);
        return served ? [{ proxy, port, domain: served.domain }] : [];
      });
    }),
  );
  const rank = (domain: string) =>
    domain.startsWith('*') ? 1000 - domain.length : 0;
  return found
    .sort((a, b) => rank(a.domain) - rank(b.domain))
    .map(({ proxy, port }) => ({ proxy, port }));
}
