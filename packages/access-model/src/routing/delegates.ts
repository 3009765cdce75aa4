import type {
  HttpMatchRequest,
  HttpRouteSpec,
  StringMatch,
} from '../manifests/specs';

/** Istio: pilot/pkg/model/virtualservice.go, stringMatchConflict. */
function stringConflict(
  root: StringMatch | undefined,
  leaf: StringMatch | undefined,
): boolean {
  if (!root || !leaf) return false;
  if (root.regex && (leaf.regex || leaf.prefix || leaf.exact)) return true;
  if (leaf.regex && (root.regex || root.prefix || root.exact)) return true;
  if (root.exact) return Boolean(leaf.prefix) || leaf.exact !== root.exact;
  if (root.prefix) {
    if (leaf.prefix) return !leaf.prefix.startsWith(root.prefix);
    if (leaf.exact) return !leaf.exact.startsWith(root.prefix);
  }
  return true;
}

type MatchMap = Record<string, StringMatch> | undefined;

function mapConflict(root: MatchMap, leaf: MatchMap): boolean {
  return Object.entries(leaf ?? {}).some(([key, value]) =>
    stringConflict(root?.[key], value),
  );
}

/** Istio: pilot/pkg/model/virtualservice.go, hasConflict. */
function conflicts(root: HttpMatchRequest, leaf: HttpMatchRequest): boolean {
  if (
    stringConflict(root.uri, leaf.uri) ||
    stringConflict(root.scheme, leaf.scheme) ||
    stringConflict(root.method, leaf.method) ||
    stringConflict(root.authority, leaf.authority) ||
    mapConflict(root.headers, leaf.headers) ||
    mapConflict(root.withoutHeaders, leaf.withoutHeaders) ||
    mapConflict(root.queryParams, leaf.queryParams)
  ) {
    return true;
  }
  if ((root.ignoreUriCase ?? false) !== (leaf.ignoreUriCase ?? false))
    return true;
  if (root.port && leaf.port && root.port !== leaf.port) return true;
  if (root.sourceNamespace && leaf.sourceNamespace !== root.sourceNamespace)
    return true;
  for (const [key, value] of Object.entries(leaf.sourceLabels ?? {})) {
    const own = root.sourceLabels?.[key];
    if (own !== undefined && own !== value) return true;
  }
  if (root.gateways?.length && leaf.gateways?.length) {
    return leaf.gateways.some(gateway => !root.gateways!.includes(gateway));
  }
  return false;
}

function mergeMatch(
  root: HttpMatchRequest,
  leaf: HttpMatchRequest,
): HttpMatchRequest {
  return {
    ...leaf,
    uri: leaf.uri ?? root.uri,
    scheme: leaf.scheme ?? root.scheme,
    method: leaf.method ?? root.method,
    authority: leaf.authority ?? root.authority,
    headers: { ...root.headers, ...leaf.headers },
    withoutHeaders: { ...root.withoutHeaders, ...leaf.withoutHeaders },
    queryParams: { ...root.queryParams, ...leaf.queryParams },
    port: leaf.port || root.port,
    sourceLabels: { ...root.sourceLabels, ...leaf.sourceLabels },
    sourceNamespace: leaf.sourceNamespace || root.sourceNamespace,
    gateways: leaf.gateways?.length ? leaf.gateways : root.gateways,
  };
}

/** `undefined` where the two exclude each other. */
function mergeMatches(
  root: HttpMatchRequest[] | undefined,
  leaf: HttpMatchRequest[] | undefined,
): HttpMatchRequest[] | undefined {
  if (!root?.length) return leaf ?? [];
  if (!leaf?.length) return root;
  const merged: HttpMatchRequest[] = [];
  for (const own of leaf) {
    const compatible = root.filter(candidate => !conflicts(candidate, own));
    if (compatible.length === 0) return undefined;
    merged.push(...compatible.map(candidate => mergeMatch(candidate, own)));
  }
  return merged;
}

/**
 * One rule of a delegate under the rule that delegates to it; `undefined` where their matches exclude each other, which drops the rule.
 *
 * Istio: pilot/pkg/model/virtualservice.go, mergeHTTPRoute.
 *
 * @internal
 */
export function mergeDelegate(
  root: HttpRouteSpec,
  leaf: HttpRouteSpec,
): HttpRouteSpec | undefined {
  const match = mergeMatches(root.match, leaf.match);
  if (!match) return undefined;
  return {
    ...leaf,
    match,
    rewrite: leaf.rewrite ?? root.rewrite,
    directResponse: leaf.directResponse ?? root.directResponse,
    fault: leaf.fault ?? root.fault,
    mirror: leaf.mirror ?? root.mirror,
    corsPolicy: leaf.corsPolicy ?? root.corsPolicy,
    headers: leaf.headers ?? root.headers,
  };
}
