import { refOf } from '../manifests/objectRef';
import type { HeaderOperations } from '../manifests/specs';
import { compileRegex } from '../match/regex';
import type { RequestFacts } from '../match/RequestFacts';
import type { CompiledRoute } from '../routing/routeTable';
import type { RouteTarget } from './types';

function rewritePath(route: CompiledRoute, facts: RequestFacts): string {
  const { rewrite } = route.rule.spec;
  const { path: match } = route.match;
  const question = facts.path.indexOf('?');
  const query = question < 0 ? '' : facts.path.slice(question);
  const path = facts.pathOnly;
  const regex = rewrite?.uriRegexRewrite;
  if (regex?.match) {
    const compiled = compileRegex(regex.match);
    if (!compiled) return facts.path;
    // RE2 writes \1 where the library writes $1.
    const replacement = (regex.rewrite ?? '')
      .replace(/\$/g, '$$$$')
      .replace(/\\(\d)/g, '$$$1');
    return compiled.matcher(path).replaceAll(replacement) + query;
  }
  if (!rewrite?.uri) return facts.path;
  if (match.type === 'exact' || match.type === 'regex')
    return rewrite.uri + query;
  const prefix = match.type === 'any' ? '/' : match.value;
  const rest = path.slice(prefix.length);
  if (match.type === 'segmentPrefix' && rewrite.uri === '/') {
    return `/${rest.replace(/^\//, '')}${query}`;
  }
  return rewrite.uri + rest + query;
}

function applyOperations(
  headers: Map<string, string[]>,
  operations: HeaderOperations | undefined,
) {
  const request = operations?.request;
  if (!request) return;
  const internal = (name: string) => name.startsWith(':') || name === 'host';
  for (const name of request.remove ?? []) headers.delete(name.toLowerCase());
  for (const [name, value] of Object.entries(request.set ?? {})) {
    if (!internal(name.toLowerCase())) headers.set(name.toLowerCase(), [value]);
  }
  for (const [name, value] of Object.entries(request.add ?? {})) {
    const key = name.toLowerCase();
    if (!internal(key)) headers.set(key, [...(headers.get(key) ?? []), value]);
  }
}

function authorityOf(
  operations: HeaderOperations | undefined,
): string | undefined {
  const request = operations?.request;
  for (const map of [request?.set, request?.add]) {
    for (const [name, value] of Object.entries(map ?? {})) {
      if (/^(:authority|host)$/i.test(name)) return value;
    }
  }
  return undefined;
}

/**
 * What the destination of a route gets to see: path and host after rewriting, headers after the route's own operations.
 *
 * @internal
 */
export function forwardedBy(
  route: CompiledRoute,
  facts: RequestFacts,
): RouteTarget {
  const { spec } = route.rule;
  const own = spec.route?.length === 1 ? spec.route[0].headers : undefined;
  const operated = spec.headers?.request || own?.request;
  const headers = operated ? new Map(facts.headers) : facts.headers;
  applyOperations(headers, spec.headers);
  const destinations = (spec.route ?? [])
    .map(({ destination, weight }) => ({
      host: destination.host,
      port: destination.port?.number,
      subset: destination.subset,
      weight: weight ?? (spec.route!.length === 1 ? 100 : 0),
    }))
    .filter(({ weight }) => weight > 0 || spec.route!.length === 1)
    .sort((a, b) => b.weight - a.weight);
  applyOperations(headers, own);
  return {
    route: refOf(route.origin.object),
    rule: route.origin.rule,
    match: route.origin.match,
    destinations,
    forwarded: {
      authority:
        spec.rewrite?.authority ?? authorityOf(spec.headers) ?? facts.authority,
      path: rewritePath(route, facts),
      headers: Object.fromEntries(headers),
    },
  };
}
