import { KIND } from '../mesh/kinds';
import { selects } from '../mesh/labels';
import type { Change, Derivation, Mesh } from '../mesh/Mesh';
import { byCreation } from '../mesh/ObjectStore';
import { proxyKey } from '../mesh/Proxy';
import type { MeshProxy } from '../mesh/Proxy';
import { kubernetesRoutesOf } from './kubernetesRoutes';
import type { BoundServer } from './BoundServer';
import type { RouteScope } from './gatewayListeners';
import { hostsForNamespace, intersectHosts } from './hostNames';
import { compileMatch, isCatchAll } from './RouteMatch';
import type { RouteMatch } from './RouteMatch';
import type { RouteOrigin, VirtualRoute, VirtualRule } from './VirtualRoute';
import { virtualServicesOf, visibilityAt } from './virtualServices';

/** A route as the proxy has it. @internal */
export interface CompiledRoute {
  match: RouteMatch;
  rule: VirtualRule;
  route: VirtualRoute;
  origin: RouteOrigin;
  catchAll: boolean;
}

/** What one object adds to one virtual host. */
interface Contribution {
  /** Position of the server, then visibility, then age: the order in which istiod appends. */
  order: [server: number, visibility: number];
  server: BoundServer;
  route: VirtualRoute;
}

/** A host of a route table. @internal */
export class VirtualHost {
  readonly domain: string;
  /** Plain-text requests are redirected to https. */
  readonly requireTls: boolean;
  readonly contributions: readonly Contribution[];
  #routes: CompiledRoute[] | undefined;
  readonly #proxy: MeshProxy;
  readonly #scope: RouteScope;

  constructor(options: {
    domain: string;
    requireTls: boolean;
    contributions: readonly Contribution[];
    proxy: MeshProxy;
    scope: RouteScope;
  }) {
    this.domain = options.domain;
    this.requireTls = options.requireTls;
    this.contributions = options.contributions;
    this.#proxy = options.proxy;
    this.#scope = options.scope;
  }

  /** In the order in which the proxy tries them; catch-alls stand last. */
  get routes(): readonly CompiledRoute[] {
    if (!this.#routes) {
      const all = this.contributions.flatMap(({ route, server }) =>
        compileRoutes(route, server, this.#proxy, this.#scope),
      );
      this.#routes = [
        ...all.filter(({ catchAll }) => !catchAll),
        ...all.filter(({ catchAll }) => catchAll),
      ];
    }
    return this.#routes;
  }
}

/** Whether a match block is for this gateway at all. Istio: core/route/route.go, TranslateRoute and sourceMatchHTTP. */
function appliesTo(
  match: NonNullable<VirtualRule['spec']['match']>[number],
  server: BoundServer,
  proxy: MeshProxy,
): boolean {
  if (match.port && match.port !== server.server.port.number) return false;
  if (match.gateways?.length)
    return match.gateways.includes(server.gatewayName);
  return (
    selects(match.sourceLabels, proxy.labels) &&
    (!match.sourceNamespace || match.sourceNamespace === proxy.namespace)
  );
}

const compiledRoutes = new WeakMap<
  VirtualRoute,
  Map<string, CompiledRoute[]>
>();

/** Istio: core/route/route.go, BuildHTTPRoutesForVirtualService: nothing after the first catch-all of one object is kept. */
function compileRoutes(
  route: VirtualRoute,
  server: BoundServer,
  proxy: MeshProxy,
  scope: RouteScope,
): CompiledRoute[] {
  const key = `${server.gatewayName}|${server.server.port.number}|${
    scope.name
  }|${proxyKey(proxy)}`;
  let cached = compiledRoutes.get(route);
  if (!cached) compiledRoutes.set(route, (cached = new Map()));
  const known = cached.get(key);
  if (known) return known;
  const routes: CompiledRoute[] = [];
  const push = (rule: VirtualRule, index?: number): boolean => {
    const block = index === undefined ? undefined : rule.spec.match![index];
    if (block && !appliesTo(block, server, proxy)) return false;
    const match = compileMatch(block, route.semantics);
    const catchAll = isCatchAll(match);
    routes.push({
      match,
      rule,
      route,
      origin:
        index === undefined ? rule.origin : { ...rule.origin, match: index },
      catchAll,
    });
    return catchAll;
  };
  for (const rule of route.rules) {
    const matches = rule.spec.match;
    if (!matches?.length) {
      push(rule);
      break;
    }
    if (matches.some((_, index) => push(rule, index))) break;
  }
  cached.set(key, routes);
  return routes;
}

/** A table of virtual hosts, by domain. @internal */
export type RouteTable = ReadonlyMap<string, VirtualHost>;

function byOrder(a: Contribution, b: Contribution): number {
  return (
    a.order[0] - b.order[0] ||
    a.order[1] - b.order[1] ||
    byCreation(a.route.object, b.route.object)
  );
}

/** Domains of a table that one route contributes to, with the contribution. */
function contributionsOf(
  route: VirtualRoute,
  scope: RouteScope,
  proxy: MeshProxy,
): [domain: string, contribution: Contribution][] {
  const visibility = visibilityAt(route, proxy.namespace);
  if (visibility === undefined) return [];
  return scope.servers.flatMap((server, index) => {
    if (!route.gateways.includes(server.gatewayName)) return [];
    const hosts = intersectHosts(
      hostsForNamespace(server.hosts, route.namespace),
      route.hosts,
    );
    if (
      hosts.length === 0 ||
      compileRoutes(route, server, proxy, scope).length === 0
    )
      return [];
    // Gateway API routes of the gateway's own namespace come before other public ones.
    const rank =
      route.semantics === 'gatewayApi' &&
      route.namespace === proxy.namespace &&
      visibility === 2
        ? 1.5
        : visibility;
    return [...new Set(hosts.map(host => host.toLowerCase()))].map(
      (host): [string, Contribution] => [
        host,
        { order: [index, rank], server, route },
      ],
    );
  });
}

/** Domains of a table at which a route is. @internal */
export function domainsOf(
  route: VirtualRoute,
  scope: RouteScope,
  proxy: MeshProxy,
): string[] {
  return contributionsOf(route, scope, proxy).map(([domain]) => domain);
}

/** Domains whose server wants https, whether or not a route is there. */
function redirectDomains(scope: RouteScope): string[] {
  return scope.servers
    .filter(({ server }) => server.tls?.httpsRedirect)
    .flatMap(({ hosts }) => hosts.map(host => host.toLowerCase()));
}

function makeHost(
  domain: string,
  contributions: Contribution[],
  scope: RouteScope,
  proxy: MeshProxy,
): VirtualHost {
  return new VirtualHost({
    domain,
    requireTls:
      contributions.some(({ server }) => server.server.tls?.httpsRedirect) ||
      redirectDomains(scope).includes(domain),
    contributions: contributions.sort(byOrder),
    proxy,
    scope,
  });
}

function buildTable(
  routes: Iterable<VirtualRoute>,
  scope: RouteScope,
  proxy: MeshProxy,
): RouteTable {
  const domains = new Map<string, Contribution[]>();
  for (const domain of redirectDomains(scope)) domains.set(domain, []);
  for (const route of routes) {
    for (const [domain, contribution] of contributionsOf(route, scope, proxy)) {
      const list = domains.get(domain);
      if (list) list.push(contribution);
      else domains.set(domain, [contribution]);
    }
  }
  const table = new Map<string, VirtualHost>();
  for (const [domain, contributions] of domains) {
    table.set(domain, makeHost(domain, contributions, scope, proxy));
  }
  return table;
}

function allRoutes(mesh: Mesh): VirtualRoute[] {
  return [
    ...virtualServicesOf(mesh).routes.values(),
    ...kubernetesRoutesOf(mesh),
  ];
}

interface Entry {
  table: RouteTable;
  scope: RouteScope;
  proxy: MeshProxy;
}

/** Carries a table over the change of one VirtualService: only its hosts are made anew. */
function patchEntry(
  entry: Entry,
  change: Change,
  mesh: Mesh,
): Entry | undefined {
  const { before, after } = change;
  const hosts = (object: Change['after']) => object?.spec?.hosts?.length ?? 0;
  // A delegate reaches any number of hosts.
  if ((before && !hosts(before)) || (after && !hosts(after))) return undefined;
  const { scope, proxy } = entry;
  const key = `${(after ?? before)!.metadata.namespace}/${
    (after ?? before)!.metadata.name
  }`;
  const next = after ? virtualServicesOf(mesh).routes.get(key) : undefined;
  const table = new Map(entry.table);
  const touched = new Map<string, Contribution[]>();
  const listOf = (domain: string) => {
    let list = touched.get(domain);
    if (!list) {
      list = (table.get(domain)?.contributions ?? []).filter(
        ({ route }) =>
          !(
            route.semantics === 'istio' &&
            `${route.namespace}/${route.object.metadata.name}` === key
          ),
      );
      touched.set(domain, list);
    }
    return list;
  };
  if (before) {
    // Its domains are hosts of its own, or of the servers where its own are wildcards.
    const candidates = [
      ...(before.spec.hosts as string[]),
      ...scope.servers.flatMap(({ hosts: own }) =>
        hostsForNamespace(own, before.metadata.namespace ?? ''),
      ),
    ];
    for (const candidate of candidates) {
      const domain = candidate.toLowerCase();
      if (
        table
          .get(domain)
          ?.contributions.some(({ route }) => route.object === before)
      )
        listOf(domain);
    }
  }
  if (next) {
    for (const [domain, contribution] of contributionsOf(next, scope, proxy)) {
      listOf(domain).push(contribution);
    }
  }
  const redirects = new Set(redirectDomains(scope));
  for (const [domain, contributions] of touched) {
    if (contributions.length === 0 && !redirects.has(domain))
      table.delete(domain);
    else table.set(domain, makeHost(domain, contributions, scope, proxy));
  }
  return { table, scope, proxy };
}

const TABLES: Derivation<Map<RouteScope, Entry>> = {
  kinds: new Set([
    KIND.virtualService,
    KIND.httpRoute,
    KIND.referenceGrant,
    KIND.kubernetesGateway,
    KIND.namespace,
  ]),
  build: () => new Map(),
  patch(previous, change, mesh) {
    if (change.kind !== KIND.virtualService) {
      return mesh.list(KIND.kubernetesGateway).length > 0
        ? undefined
        : previous;
    }
    const next = new Map<RouteScope, Entry>();
    for (const [scope, entry] of previous) {
      const patched = patchEntry(entry, change, mesh);
      if (patched) next.set(scope, patched);
    }
    return next;
  },
};

/** The virtual hosts of servers that share a route table. @internal */
export function routeTableOf(
  mesh: Mesh,
  scope: RouteScope,
  proxy: MeshProxy,
): RouteTable {
  const tables = mesh.derive(TABLES);
  let entry = tables.get(scope);
  if (!entry) {
    entry = { table: buildTable(allRoutes(mesh), scope, proxy), scope, proxy };
    tables.set(scope, entry);
  }
  return entry.table;
}
