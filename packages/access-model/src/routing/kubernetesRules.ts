import type {
  HttpMatchRequest,
  HttpRouteSpec,
  StringMatch,
} from '../manifests/specs';
import type { MeshObject } from '../manifests/types';
import { KIND } from '../mesh/kinds';
import type { Mesh } from '../mesh/Mesh';
import { servicesOf } from '../mesh/services';
import type { VirtualRule } from './VirtualRoute';

interface Filter {
  type: string;
  requestHeaderModifier?: { set?: Header[]; add?: Header[]; remove?: string[] };
  requestRedirect?: {
    scheme?: string;
    hostname?: string;
    port?: number;
    statusCode?: number;
    path?: PathModifier;
  };
  urlRewrite?: { hostname?: string; path?: PathModifier };
  cors?: { allowOrigins?: string[] };
}

interface Header {
  name: string;
  value: string;
}

interface PathModifier {
  type: string;
  replaceFullPath?: string;
  replacePrefixMatch?: string;
}

interface BackendReference {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  port?: number;
  weight?: number;
  filters?: Filter[];
}

interface RouteMatchSpec {
  path?: { type?: string; value?: string };
  headers?: { type?: string; name: string; value: string }[];
  queryParams?: { type?: string; name: string; value: string }[];
  /** A method of HTTP, or of gRPC. */
  method?: string | { type?: string; service?: string; method?: string };
}

interface RouteRule {
  matches?: RouteMatchSpec[];
  filters?: Filter[];
  backendRefs?: BackendReference[];
}

const FILTERS = new Set([
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'RequestRedirect',
  'RequestMirror',
  'URLRewrite',
  'CORS',
]);
const BACKEND_FILTERS = new Set([
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
]);

function rulesOf(route: MeshObject): RouteRule[] {
  return (route.spec?.rules ?? []) as RouteRule[];
}

/** Something that istiod cannot translate at all, which takes every rule of the route away. @internal */
export function hardError(_mesh: Mesh, route: MeshObject): string | undefined {
  for (const rule of rulesOf(route)) {
    const filter = rule.filters?.find(({ type }) => !FILTERS.has(type));
    if (filter) return `unsupported filter type ${filter.type}`;
    for (const backend of rule.backendRefs ?? []) {
      if (backend.weight === 0) continue;
      const other = backend.filters?.find(
        ({ type }) => !BACKEND_FILTERS.has(type),
      );
      if (other) return `unsupported filter type ${other.type}`;
      const service =
        (backend.kind ?? 'Service') === 'Service' && !backend.group;
      if (service && backend.name.includes('.'))
        return 'a backend names a Service by its name, not its host';
      if (service && backend.port === undefined)
        return 'port is required in backendRef';
    }
  }
  return undefined;
}

/** Whether the owner of a backend lets routes of another namespace use it. Istio: references_collection.go, BackendAllowed. */
function granted(
  mesh: Mesh,
  route: MeshObject,
  backend: BackendReference,
  namespace: string,
): boolean {
  return mesh.list(KIND.referenceGrant, namespace).some(({ spec }) => {
    const from = (spec?.from ?? []).some(
      (item: any) =>
        item.group === 'gateway.networking.k8s.io' &&
        item.kind === route.kind &&
        item.namespace === route.metadata.namespace,
    );
    const to = (spec?.to ?? []).some(
      (item: any) =>
        (item.group ?? '') === (backend.group ?? '') &&
        item.kind === (backend.kind ?? 'Service') &&
        (!item.name || item.name === backend.name),
    );
    return from && to;
  });
}

/** Host of a backend, or `undefined` where it may not or cannot be used. */
function hostOfBackend(
  mesh: Mesh,
  route: MeshObject,
  backend: BackendReference,
): string | undefined {
  const own = route.metadata.namespace ?? '';
  const namespace = backend.namespace ?? own;
  const kind = `${backend.group ?? ''}/${backend.kind ?? 'Service'}`;
  if (namespace !== own && !granted(mesh, route, backend, namespace))
    return undefined;
  if (kind === '/Service') {
    const host = `${backend.name}.${namespace}.svc.${mesh.meshConfig.clusterDomain}`;
    return servicesOf(mesh).byHost.has(host) ? host : undefined;
  }
  if (kind === 'networking.istio.io/Hostname') {
    return servicesOf(mesh).byHost.has(backend.name) ? backend.name : undefined;
  }
  return undefined;
}

function headerMap(
  list: Header[] | undefined,
): Record<string, string> | undefined {
  if (!list?.length) return undefined;
  const map: Record<string, string> = {};
  for (const { name, value } of list) map[name.toLowerCase()] ??= value;
  return map;
}

function valueMatches(
  list: { type?: string; name: string; value: string }[] | undefined,
): Record<string, StringMatch> | undefined {
  if (!list?.length) return undefined;
  return Object.fromEntries(
    list.map(({ type, name, value }) => [
      name,
      type === 'RegularExpression' ? { regex: value } : { exact: value },
    ]),
  );
}

function uriOf(path: RouteMatchSpec['path']): StringMatch {
  const { type = 'PathPrefix', value = '/' } = path ?? {};
  if (type === 'Exact') return { exact: value };
  if (type === 'RegularExpression') return { regex: value };
  return { prefix: value === '/' ? value : value.replace(/\/$/, '') };
}

/** Istio: conversion.go, createGRPCURIMatch. */
function grpcUri(
  method: Exclude<RouteMatchSpec['method'], string>,
): StringMatch | undefined {
  if (!method) return undefined;
  const { type = 'Exact', service, method: name } = method;
  if (type === 'Exact') {
    if (service && name) return { exact: `/${service}/${name}` };
    return service ? { prefix: `/${service}/` } : { regex: `/[^/]+/${name}` };
  }
  if (service && name) return { regex: `/${service}/${name}` };
  return service ? { regex: `/${service}/.+` } : { regex: `/[^/]+/${name}` };
}

function matchOf(match: RouteMatchSpec, kind: string): HttpMatchRequest {
  if (kind === 'GRPCRoute') {
    const uri = grpcUri(
      match.method as Exclude<RouteMatchSpec['method'], string>,
    );
    return { ...(uri ? { uri } : {}), headers: valueMatches(match.headers) };
  }
  return {
    uri: uriOf(match.path),
    headers: valueMatches(match.headers),
    queryParams: valueMatches(match.queryParams),
    method:
      typeof match.method === 'string' ? { exact: match.method } : undefined,
  };
}

function rewriteOf({
  hostname,
  path,
}: NonNullable<Filter['urlRewrite']>): HttpRouteSpec['rewrite'] {
  const rewrite: NonNullable<HttpRouteSpec['rewrite']> = {
    authority: hostname,
  };
  if (path?.type === 'ReplacePrefixMatch') {
    rewrite.uri = (path.replacePrefixMatch ?? '').replace(/\/$/, '') || '/';
  }
  if (path?.type === 'ReplaceFullPath') {
    rewrite.uriRegexRewrite = {
      match: '/.*',
      rewrite: path.replaceFullPath ?? '',
    };
  }
  return rewrite;
}

function redirectOf(
  filter: NonNullable<Filter['requestRedirect']>,
): HttpRouteSpec['redirect'] {
  return {
    scheme: filter.scheme,
    authority: filter.hostname,
    port: filter.port,
    redirectCode: filter.statusCode ?? 302,
    uri: filter.path?.replaceFullPath ?? filter.path?.replacePrefixMatch,
  };
}

function applyFilters(filters: Filter[] | undefined): Partial<HttpRouteSpec> {
  const spec: Partial<HttpRouteSpec> = {};
  for (const {
    requestHeaderModifier: modifier,
    requestRedirect,
    urlRewrite,
    cors,
  } of filters ?? []) {
    if (modifier) {
      spec.headers = {
        request: {
          set: headerMap(modifier.set),
          add: headerMap(modifier.add),
          remove: modifier.remove,
        },
      };
    }
    if (requestRedirect) spec.redirect = redirectOf(requestRedirect);
    if (urlRewrite) spec.rewrite = rewriteOf(urlRewrite);
    if (cors)
      spec.corsPolicy = {
        allowOrigins: (cors.allowOrigins ?? []).map(exact => ({ exact })),
      };
  }
  return spec;
}

/**
 * Rules of an HTTPRoute or GRPCRoute, one for each match.
 *
 * Istio: pilot/pkg/config/kube/gateway/conversion.go, convertHTTPRoute and convertGRPCRoute.
 *
 * @internal
 */
export function rulesOfRoute(mesh: Mesh, route: MeshObject): VirtualRule[] {
  return rulesOf(route).flatMap((rule, index) => {
    const backends = (rule.backendRefs ?? []).filter(
      ({ weight }) => weight !== 0,
    );
    const destinations = backends.map(backend => ({
      host: hostOfBackend(mesh, route, backend),
      backend,
    }));
    const usable = destinations.filter(({ host }) => host !== undefined);
    const filtered = applyFilters(rule.filters);
    const spec: HttpRouteSpec = {
      ...filtered,
      ...(backends.length === 0 && !filtered.redirect
        ? { directResponse: { status: 500 }, rewrite: undefined }
        : {
            route: usable.map(({ host, backend }) => ({
              destination: { host: host!, port: { number: backend.port } },
              weight: usable.length === 1 ? undefined : backend.weight ?? 1,
              headers: applyFilters(backend.filters).headers,
            })),
          }),
    };
    const brokenStatus =
      backends.length > 0 && usable.length === 0 ? 500 : undefined;
    // The definition's default: a rule without matches takes every path.
    const matches = rule.matches?.length
      ? rule.matches
      : [route.kind === 'HTTPRoute' ? { path: {} } : undefined];
    return matches.map(
      (match): VirtualRule => ({
        spec: {
          ...spec,
          match: match ? [matchOf(match, route.kind)] : undefined,
        },
        origin: { object: route, rule: index },
        brokenStatus,
      }),
    );
  });
}
