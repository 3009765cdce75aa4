import { formatRef, refOf } from '../manifests/objectRef';
import type { GatewayServer, StringMatch } from '../manifests/specs';
import type { MeshObject, ObjectRef } from '../manifests/types';
import type { Mesh } from '../mesh/Mesh';
import { serviceForHost, servicesOf } from '../mesh/services';
import type { MeshService } from '../mesh/services';
import { selects } from '../mesh/labels';
import type { Labels } from '../mesh/labels';
import { listenersOf } from './gatewayListeners';
import type { RouteScope } from './gatewayListeners';
import { gatewayProxiesOf } from './gatewayProxies';
import type { GatewayProxy } from './gatewayProxies';
import type { PathMatch, RouteMatch } from './RouteMatch';
import { kubernetesRoutesOf } from './kubernetesRoutes';
import { domainsOf, routeTableOf } from './routeTable';
import type { CompiledRoute, VirtualHost } from './routeTable';
import type { VirtualRoute } from './VirtualRoute';
import { destinationsOf, virtualServicesOf } from './virtualServices';

/** One way in: host, path and methods on one listener of one gateway. @public */
export interface RouteExposure {
  /** Stable over reloads as long as gateway, host, route and rule stay. */
  id: string;
  scheme: 'http' | 'https';
  /** Name or wildcard. */
  host: string;
  /** Port of the gateway as its server declares it. */
  port: number;
  /** Port that the proxy listens on. */
  listenerPort: number;
  path: PathMatch;
  /** Empty takes every method. */
  methods: string[];
  /** Other conditions of the route, in words: `header x-tenant is "a"`. */
  conditions: string[];
  gateway: ObjectRef;
  /** Index of the server or listener in the gateway. */
  server: number;
  proxy: GatewayProxy;
  route: ObjectRef;
  rule: number;
  match?: number;
  /** Services that the route leads to, the one with the most weight first. */
  destinations: {
    host: string;
    port?: number;
    subset?: string;
    weight: number;
    service?: MeshService;
  }[];
  tls: { mode: string; credentialName?: string };
  /** Plain text is redirected to https before the route is looked at. */
  httpsRedirect: boolean;
  rewrite?: { path?: string; regex?: string; authority?: string };
  redirect?: { status: number; location: string };
  directResponse?: number;
  /** Objects that claim the same host at the same gateway, this one excluded. */
  otherClaimants: ObjectRef[];
}

/** What stands behind an exposure, for this package's own use. */
const details = new WeakMap<
  RouteExposure,
  { route: CompiledRoute; host: VirtualHost; scope: RouteScope }
>();

/** @internal */
export function exposureDetails(exposure: RouteExposure) {
  const found = details.get(exposure);
  if (!found)
    throw new TypeError(
      `exposure ${exposure.id} does not come from exposuresOf`,
    );
  return found;
}

function describeString(match: StringMatch | undefined): string {
  if (match?.exact !== undefined) return `is ${JSON.stringify(match.exact)}`;
  if (match?.prefix !== undefined)
    return `begins with ${JSON.stringify(match.prefix)}`;
  if (match?.regex !== undefined) return `fits ${JSON.stringify(match.regex)}`;
  return 'is present';
}

function negate(words: string): string {
  return words
    .replace(/^is present$/, 'is absent')
    .replace(/^is "/, 'is not "')
    .replace(/^begins with/, 'does not begin with')
    .replace(/^fits/, 'does not fit');
}

function conditionsOf(match: RouteMatch): string[] {
  return [
    ...match.headers
      .filter(
        ({ name, match: value, invert }) =>
          !(name === ':method' && value?.exact && !invert),
      )
      .map(({ name, match: value, invert }) => {
        const words = describeString(value);
        return `header ${name} ${invert ? negate(words) : words}`;
      }),
    ...match.query.map(
      ({ name, match: value }) =>
        `query parameter ${name} ${describeString(value)}`,
    ),
    ...match.claims.map(({ path, match: value, invert }) => {
      const words = describeString(value);
      return `claim ${path.join('.')} ${invert ? negate(words) : words}`;
    }),
  ];
}

function redirectOf(route: CompiledRoute): RouteExposure['redirect'] {
  const { redirect } = route.rule.spec;
  if (!redirect) return undefined;
  const { scheme, authority, port, uri, redirectCode } = redirect;
  return {
    status: redirectCode || 301,
    location: `${scheme ? `${scheme}://` : ''}${authority ?? ''}${
      port ? `:${port}` : ''
    }${uri ?? ''}`,
  };
}

function tlsOf(server: GatewayServer): RouteExposure['tls'] {
  return {
    mode: server.tls?.mode ?? 'NONE',
    credentialName: server.tls?.credentialName,
  };
}

function claimants(host: VirtualHost, own: MeshObject): ObjectRef[] {
  const objects = new Set(
    host.contributions
      .flatMap(({ route }) => [
        route.object,
        ...route.rules.map(({ origin }) => origin.object),
      ])
      .filter(object => object !== own),
  );
  return [...objects].map(refOf);
}

function toExposure(options: {
  mesh: Mesh;
  proxy: GatewayProxy;
  scope: RouteScope;
  host: VirtualHost;
  route: CompiledRoute;
}): RouteExposure {
  const { mesh, proxy, scope, host, route } = options;
  const { spec, origin } = { spec: route.rule.spec, origin: route.origin };
  const contribution = host.contributions.find(
    item => item.route === route.route,
  )!;
  const { server: bound } = contribution;
  const method = route.match.headers.find(
    ({ name, match, invert }) => name === ':method' && match?.exact && !invert,
  );
  const namespaces = [route.route.namespace, proxy.namespace];
  const gateway = refOf(bound.object);
  const ref = refOf(origin.object);
  const exposure: RouteExposure = {
    id: [
      formatRef(gateway),
      bound.index,
      `${proxy.namespace}`,
      host.domain,
      formatRef(ref),
      origin.rule,
      origin.match ?? '-',
    ].join('|'),
    scheme: scope.tls ? 'https' : 'http',
    host: host.domain,
    port: bound.server.port.number,
    listenerPort: scope.port,
    path: route.match.path,
    methods: method?.match?.exact ? [method.match.exact] : [],
    conditions: conditionsOf(route.match),
    gateway,
    server: bound.index,
    proxy,
    route: ref,
    rule: origin.rule,
    match: origin.match,
    destinations: (spec.route ?? [])
      .map(({ destination, weight }) => ({
        host: destination.host,
        port: destination.port?.number,
        subset: destination.subset,
        weight: weight ?? (spec.route!.length === 1 ? 100 : 0),
        service: serviceForHost(mesh, destination.host, namespaces),
      }))
      .sort((a, b) => b.weight - a.weight),
    tls: tlsOf(bound.server),
    httpsRedirect: host.requireTls && !scope.tls,
    rewrite: spec.rewrite && {
      path: spec.rewrite.uri,
      regex: spec.rewrite.uriRegexRewrite?.match,
      authority: spec.rewrite.authority,
    },
    redirect: redirectOf(route),
    directResponse: spec.directResponse?.status,
    otherClaimants: claimants(host, origin.object),
  };
  details.set(exposure, { route, host, scope });
  return exposure;
}

function scopesOf(mesh: Mesh, proxy: GatewayProxy): RouteScope[] {
  return [...listenersOf(mesh, proxy).values()].flatMap(({ plain, tls }) => [
    ...(plain ? [plain] : []),
    ...tls.map(({ scope }) => scope),
  ]);
}

function exposuresOfHost(options: {
  mesh: Mesh;
  proxy: GatewayProxy;
  scope: RouteScope;
  host: VirtualHost;
}): RouteExposure[] {
  return options.host.routes.map(route => toExposure({ ...options, route }));
}

/**
 * All ways in, by gateway, listener, host and route, in the order in which a proxy tries them.
 *
 * @public
 */
export function exposuresOf(mesh: Mesh): RouteExposure[] {
  return gatewayProxiesOf(mesh).flatMap(proxy =>
    scopesOf(mesh, proxy).flatMap(scope =>
      [...routeTableOf(mesh, scope, proxy).values()].flatMap(host =>
        exposuresOfHost({ mesh, proxy, scope, host }),
      ),
    ),
  );
}

/** Routes that lead to one of some service hosts. */
function routesTo(mesh: Mesh, services: ReadonlySet<string>): VirtualRoute[] {
  const { routes, byDestination } = virtualServicesOf(mesh);
  const keys = new Set<string>();
  for (const host of services)
    byDestination.get(host)?.forEach(key => keys.add(key));
  return [
    ...[...keys].map(key => routes.get(key)!),
    ...kubernetesRoutesOf(mesh).filter(route =>
      [...destinationsOf(route)].some(host => services.has(host)),
    ),
  ];
}

function exposuresTo(
  mesh: Mesh,
  services: ReadonlySet<string>,
): RouteExposure[] {
  const routes = services.size > 0 ? routesTo(mesh, services) : [];
  if (routes.length === 0) return [];
  return gatewayProxiesOf(mesh).flatMap(proxy =>
    scopesOf(mesh, proxy).flatMap(scope => {
      const domains = new Set(
        routes.flatMap(route => domainsOf(route, scope, proxy)),
      );
      if (domains.size === 0) return [];
      const table = routeTableOf(mesh, scope, proxy);
      return [...domains].flatMap(domain =>
        exposuresOfHost({
          mesh,
          proxy,
          scope,
          host: table.get(domain)!,
        }).filter(({ destinations }) =>
          destinations.some(({ host }) => services.has(host.toLowerCase())),
        ),
      );
    }),
  );
}

/** Ways in that lead to a service. @public */
export function exposuresOfService(
  mesh: Mesh,
  service: { namespace: string; name: string },
): RouteExposure[] {
  const hosts = (servicesOf(mesh).byNamespace.get(service.namespace) ?? [])
    .filter(({ name }) => name === service.name)
    .map(({ hostname }) => hostname);
  return exposuresTo(mesh, new Set(hosts));
}

/** Ways in that lead to a workload, through any service that selects it. @public */
export function exposuresOfWorkload(
  mesh: Mesh,
  workload: { namespace: string; labels: Labels },
): RouteExposure[] {
  const hosts = (servicesOf(mesh).byNamespace.get(workload.namespace) ?? [])
    .filter(({ selector }) => selector && selects(selector, workload.labels))
    .map(({ hostname }) => hostname);
  return exposuresTo(mesh, new Set(hosts));
}
