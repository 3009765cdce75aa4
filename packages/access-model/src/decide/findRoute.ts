import type { RequestFacts, Unknowns } from '../match/RequestFacts';
import { TRUE, UNKNOWN } from '../match/truth';
import { hostOfAuthority, isSubsetOf, pickHost } from '../routing/hostNames';
import type { GatewayListener, RouteScope } from '../routing/gatewayListeners';
import { matchesRoute } from '../routing/RouteMatch';
import type {
  CompiledRoute,
  RouteTable,
  VirtualHost,
} from '../routing/routeTable';

/** The chain of a listener that takes a connection. @internal */
export function pickScope(
  listener: GatewayListener,
  connection: { tls: boolean; sni: string | undefined },
): RouteScope | undefined {
  if (!connection.tls) return listener.plain;
  const name = connection.sni ?? '';
  let best: { host: string; scope: RouteScope } | undefined;
  for (const { sniHosts, scope } of listener.tls) {
    for (const host of sniHosts) {
      const lower = host.toLowerCase();
      if (lower !== name && !isSubsetOf(name, lower)) continue;
      // An exact name before a wildcard, the longer wildcard before the shorter.
      const better =
        !best ||
        lower === name ||
        (best.host !== name && lower.length > best.host.length);
      if (better) best = { host: lower, scope };
    }
  }
  return best?.scope;
}

/** What a route table has for a request. @internal */
export type RouteFinding =
  | { state: 'found'; host: VirtualHost; route: CompiledRoute }
  | { state: 'tlsRequired'; host: VirtualHost }
  | { state: 'none'; host?: VirtualHost; why: string }
  | { state: 'unknown'; host: VirtualHost };

/** The first route that takes a request. @internal */
export function findRoute(
  table: RouteTable,
  facts: RequestFacts,
  unknowns: Unknowns,
): RouteFinding {
  const name = hostOfAuthority(facts.authority);
  const host = pickHost(table, name);
  if (!host) return { state: 'none', why: `no route is bound to host ${name}` };
  if (
    host.requireTls &&
    facts.headers.get('x-forwarded-proto')?.join(',') !== 'https'
  )
    return { state: 'tlsRequired', host };
  for (const route of host.routes) {
    const value = matchesRoute(route.match, facts, unknowns);
    if (value === TRUE) return { state: 'found', host, route };
    if (value === UNKNOWN) return { state: 'unknown', host };
  }
  return {
    state: 'none',
    host,
    why: `host ${host.domain} has no route for ${facts.method} ${facts.pathOnly}`,
  };
}
