import type { AuthorizationPolicySpec } from '../manifests/specs';
import { refOf } from '../manifests/objectRef';
import type { ObjectRef } from '../manifests/types';
import { policiesFor, policySet } from '../authz/PolicySet';
import { matching } from '../decide/customStage';
import { decideAtWorkload } from '../decide/decideAtWorkload';
import {
  decideWay,
  gatewayPrincipal,
  workloadsOfDestination,
} from '../decide/decideWay';
import { findRoute } from '../decide/findRoute';
import { forwardedBy } from '../decide/forward';
import { prepareRequest } from '../decide/requestFacts';
import type { PreparedRequest } from '../decide/requestFacts';
import type { DecisionRequest } from '../decide/types';
import { Unknowns } from '../match/RequestFacts';
import type { Mesh } from '../mesh/Mesh';
import type { MeshProxy } from '../mesh/Proxy';
import type { Workload } from '../mesh/workloads';
import { exposureDetails } from '../routing/exposures';
import type { RouteExposure } from '../routing/exposures';
import { routeTableOf } from '../routing/routeTable';
import { openingsAt } from './alternatives';
import type { Opening } from './alternatives';
import { audienceOf } from './audience';
import { conditionsOf } from './conditions';
import { inClass, pathClassesOf } from './pathClasses';
import {
  gatewayCallers,
  openPathsOf,
  unnamedPrincipal,
} from './standingCallers';
import type {
  AccessAlternative,
  AccessRow,
  CallerVerdict,
  PathClass,
  StandingCaller,
} from './types';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Stands for the methods that nobody names. */
const OTHER_METHOD = 'PROPFIND';
/** Classes of one exposure that are spelled out; a policy with more literals is beyond reading. */
const MAX_CLASSES = 200;

/** Everything that the rows of one exposure share. */
interface Context {
  mesh: Mesh;
  exposure: RouteExposure;
  gateway: MeshProxy;
  workload?: { proxy: MeshProxy; workload: Workload; port?: number };
}

function literalsOf(
  mesh: Mesh,
  proxy: MeshProxy,
): { paths: string[]; methods: string[] } {
  const operations = policiesFor(mesh, proxy).flatMap(
    ({ object }) =>
      (object.spec as AuthorizationPolicySpec | undefined)?.rules?.flatMap(
        rule => rule?.to?.map(({ operation }) => operation ?? {}) ?? [],
      ) ?? [],
  );
  return {
    paths: operations.flatMap(({ paths = [], notPaths = [] }) => [
      ...paths,
      ...notPaths,
    ]),
    methods: operations.flatMap(({ methods = [], notMethods = [] }) => [
      ...methods,
      ...notMethods,
    ]),
  };
}

/** A literal of the workload's policies as the gateway's caller writes it, before the rewrite. */
function beforeRewrite(
  exposure: RouteExposure,
  literal: string,
): string | undefined {
  const { rewrite, path } = exposure;
  if (!rewrite?.path && !rewrite?.regex) return literal;
  if (rewrite.regex || path.type === 'regex') return undefined;
  if (path.type === 'exact') return path.value;
  const to = rewrite.path ?? '';
  if (literal.startsWith('*')) return literal;
  if (literal.startsWith(to)) return path.value + literal.slice(to.length);
  return undefined;
}

/** Headers and query that make a request meet the route's other conditions, where that can be done. */
function meetConditions(
  exposure: RouteExposure,
  path: string,
): Partial<DecisionRequest> {
  const { match } = exposureDetails(exposure).route;
  const headers: Record<string, string> = {};
  let target = path;
  const sample = (
    value: { exact?: string; prefix?: string; regex?: string } | undefined,
  ) =>
    value?.exact ??
    value?.prefix ??
    (value?.regex === undefined
      ? 'any'
      : value.regex.replace(/[^A-Za-z0-9-]/g, ''));
  for (const { name, match: value, invert } of match.headers) {
    if (!invert && !name.startsWith(':')) headers[name] = sample(value);
  }
  for (const { name, match: value } of match.query) {
    target += `${target.includes('?') ? '&' : '?'}${name}=${sample(value)}`;
  }
  return { headers, path: target };
}

function requestFor(
  context: Context,
  method: string,
  path: string,
): DecisionRequest {
  const { exposure, gateway } = context;
  const host = exposure.host.startsWith('*')
    ? `mesh-auth-any${exposure.host.slice(1) || '.invalid'}`
    : exposure.host;
  return {
    at: {
      kind: 'gateway',
      namespace: gateway.namespace,
      labels: gateway.labels,
      port: exposure.listenerPort,
      serviceAccount: gateway.serviceAccount,
    },
    method,
    scheme: exposure.scheme,
    host,
    peer: null,
    ...meetConditions(exposure, path),
  };
}

/** Whether a request really takes the exposure's route: another one may stand before it. */
function takesRoute(
  context: Context,
  prepared: PreparedRequest,
): boolean | undefined {
  const { mesh, exposure } = context;
  const { route, scope } = exposureDetails(exposure);
  const finding = findRoute(
    routeTableOf(mesh, scope, exposure.proxy),
    prepared.facts,
    new Unknowns(),
  );
  if (finding.state === 'unknown') return undefined;
  if (finding.state === 'tlsRequired') return true;
  return finding.state === 'found' && finding.route === route;
}

function callersOf(
  context: Context,
  request: DecisionRequest,
  prepared: PreparedRequest,
): CallerVerdict[] {
  const { mesh, exposure, gateway, workload } = context;
  const callers: CallerVerdict[] = [];
  const standing = gatewayCallers({
    mesh,
    gateway,
    workload: workload?.proxy,
    request: { method: request.method ?? 'GET', path: request.path ?? '/' },
  });
  for (const caller of [
    'anonymous',
    'loggedIn',
    'tokenWithoutRoles',
  ] as const) {
    const { verdict, status, decidedBy, unknown } = decideWay(mesh, {
      ...request,
      ...standing[caller],
    });
    callers.push({ caller, verdict, status, decidedBy, unknown });
  }
  if (!workload) return callers;
  const { forwarded } = forwardedBy(
    exposureDetails(exposure).route,
    prepared.facts,
  );
  const inside = (
    caller: StandingCaller,
    peer: { principal: string } | null,
  ) => {
    if (workload.workload.dataplane === 'none') {
      callers.push({ caller, verdict: 'allow', status: 200, unknown: [] });
      return;
    }
    const { verdict, status, decidedBy, unknown } = decideAtWorkload(mesh, {
      at: { ...workload.proxy, kind: 'workload', port: workload.port },
      method: request.method,
      host: forwarded.authority,
      path: forwarded.path,
      peer,
    });
    callers.push({ caller, verdict, status, decidedBy, unknown });
  };
  inside('meshWorkload', unnamedPrincipal(mesh));
  inside('plaintextWorkload', null);
  return callers;
}

function alternative(
  via: 'gateway' | 'mesh',
  openings: Opening[],
): AccessAlternative {
  const last = [...openings].reverse().find(({ rule }) => rule)?.rule;
  return {
    via,
    policy: last && refOf(last.policy.object),
    rule: last?.index,
    conditions: conditionsOf(openings.flatMap(({ open }) => open)),
  };
}

function alternativesOf(
  context: Context,
  request: DecisionRequest,
  prepared: PreparedRequest,
): AccessAlternative[] {
  const { mesh, exposure, gateway, workload } = context;
  const outer = openingsAt({
    mesh,
    proxy: gateway,
    facts: prepared.facts,
    openPeer: false,
  });
  if (!workload || workload.workload.dataplane === 'none') {
    return outer.map(opening => alternative('gateway', [opening]));
  }
  const { forwarded } = forwardedBy(
    exposureDetails(exposure).route,
    prepared.facts,
  );
  const inner = (
    peer: DecisionRequest['peer'],
    openPeer: boolean,
  ): Opening[] => {
    const at = prepareRequest(mesh, {
      at: { ...workload.proxy, kind: 'workload', port: workload.port },
      method: request.method,
      host: forwarded.authority,
      path: forwarded.path,
      headers: forwarded.headers,
      peer,
    });
    return 'refused' in at
      ? []
      : openingsAt({ mesh, proxy: workload.proxy, facts: at.facts, openPeer });
  };
  const gatewayPeer = gatewayPrincipal(mesh, gateway);
  const through = inner(gatewayPeer, false);
  return [
    ...outer.flatMap(first =>
      through.map(second => alternative('gateway', [first, second])),
    ),
    ...inner(undefined, true).map(opening => alternative('mesh', [opening])),
  ];
}

function distinct<T>(items: T[], key: (item: T) => string): T[] {
  return [...new Map(items.map(item => [key(item), item])).values()];
}

function rowFor(
  context: Context,
  method: string,
  path: string,
  name: PathClass,
): AccessRow | undefined {
  const { mesh } = context;
  const request = requestFor(context, method, path);
  const prepared = prepareRequest(mesh, request);
  if ('refused' in prepared) return undefined;
  const taken = takesRoute(context, prepared);
  if (taken === false) return undefined;
  const callers = callersOf(context, request, prepared);
  const alternatives = distinct(
    alternativesOf(context, request, prepared),
    item =>
      JSON.stringify([item.via, item.conditions.map(({ words }) => words)]),
  );
  const positive = alternatives.flatMap(({ conditions }) =>
    conditions.filter(({ negated }) => !negated),
  );
  const row = {
    methods: [method],
    path: name,
    callers,
    alternatives,
    roles: distinct(
      positive.flatMap(({ roles }) => roles),
      ({ kind, client, name: role }) => `${kind}/${client ?? ''}/${role}`,
    ),
    principals: [
      ...new Set(
        positive
          .filter(({ kind }) => kind === 'peer')
          .flatMap(({ values }) => values),
      ),
    ],
    unknown: [...new Set(callers.flatMap(({ unknown }) => unknown))],
  };
  return { ...row, audience: audienceOf(row) };
}

/** Rows that differ in nothing but their methods become one. */
function mergeMethods(rows: AccessRow[], all: number): AccessRow[] {
  const merged = new Map<string, AccessRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.path, row.callers, row.alternatives]);
    const twin = merged.get(key);
    if (twin) twin.methods.push(...row.methods);
    else merged.set(key, { ...row, methods: [...row.methods] });
  }
  return [...merged.values()].map(row => ({
    ...row,
    methods:
      row.methods.length === all
        ? []
        : row.methods.map(method =>
            method === OTHER_METHOD ? 'other' : method,
          ),
  }));
}

function contextOf(mesh: Mesh, exposure: RouteExposure): Context {
  const { proxy: gateway } = exposure;
  const namespaces = [exposure.route.namespace ?? '', gateway.namespace];
  const [found] = exposure.destinations.flatMap(destination =>
    workloadsOfDestination(mesh, destination, namespaces),
  );
  return {
    mesh,
    exposure,
    gateway,
    workload: found && {
      ...found,
      proxy: {
        kind: 'workload',
        namespace: found.workload.namespace,
        labels: found.workload.labels,
        serviceAccount: found.workload.serviceAccount,
      },
    },
  };
}

/** A row that says nothing about callers. */
function openRow(exposure: RouteExposure): AccessRow {
  return {
    methods: exposure.methods,
    path: { type: exposure.path.type, value: exposure.path.value },
    callers: [],
    alternatives: [],
    roles: [],
    principals: [],
    audience: 'unknown',
    unknown: [],
  };
}

/**
 * Who may use an exposure: for each class of paths and methods, split at every literal of the routes and policies on the way, the verdict of
 * five standing callers along the whole way, and what a caller would need to be let in.
 *
 * Rows are ordered from the narrowest class to the widest; a row does not speak of the paths of the rows above it.
 *
 * @public
 */
export function accessTable(mesh: Mesh, exposure: RouteExposure): AccessRow[] {
  if (exposure.httpsRedirect) {
    return [{ ...openRow(exposure), audience: 'redirected to https' }];
  }
  const context = contextOf(mesh, exposure);
  const outer = literalsOf(mesh, context.gateway);
  const inner = context.workload
    ? literalsOf(mesh, context.workload.proxy)
    : { paths: [], methods: [] };
  const literals = [
    ...outer.paths,
    ...inner.paths
      .map(literal => beforeRewrite(exposure, literal))
      .filter((literal): literal is string => literal !== undefined),
  ];
  const spelled = [...outer.methods, ...inner.methods].filter(method =>
    /^[A-Z-]+$/.test(method),
  );
  const methods = exposure.methods.length
    ? exposure.methods
    : [...new Set([...METHODS, ...spelled, OTHER_METHOD])];
  const open = openPathsOf(mesh, context.gateway);
  const classes = pathClassesOf(exposure.path, [...literals, ...open]).slice(
    0,
    MAX_CLASSES,
  );
  const answers = classes.map(({ path, sample }) => ({
    path,
    sample,
    rows:
      sample === undefined
        ? [
            {
              ...openRow(exposure),
              unknown: [`paths that fit the regular expression ${path.value}`],
            },
          ]
        : mergeMethods(
            methods
              .map(method => rowFor(context, method, sample, path))
              .filter((row): row is AccessRow => row !== undefined),
            exposure.methods.length ? -1 : methods.length,
          ),
  }));
  const named = new Set(literals);
  return answers
    .filter(({ path, sample, rows }, index) => {
      // What the authoriser answers itself is worth a row only where it changes who gets through.
      if (
        sample === undefined ||
        index === answers.length - 1 ||
        named.has(path.value) ||
        named.has(`${path.value}*`)
      ) {
        return true;
      }
      const wider = answers
        .slice(index + 1)
        .find(other => inClass(other.path, sample));
      return !wider || shape(rows) !== shape(wider.rows);
    })
    .flatMap(({ rows }) => rows);
}

/** Rows without their path. */
function shape(rows: AccessRow[]): string {
  return JSON.stringify(rows.map(({ path, ...rest }) => rest));
}

/** Whether callers of an exposure have to log in. @public */
export interface LoginWall {
  /** `partial` where some of its paths are left out. */
  state: 'required' | 'partial' | 'none';
  provider?: string;
  policy?: ObjectRef;
  /** Classes of paths that the authoriser is not asked about. */
  exceptPaths: PathClass[];
}

/**
 * Whether the gateway asks an external authoriser before it lets a request to an exposure pass.
 *
 * @public
 */
export function loginWallOf(mesh: Mesh, exposure: RouteExposure): LoginWall {
  const context = contextOf(mesh, exposure);
  const { custom } = policySet(mesh, context.gateway);
  if (custom.policies.length === 0) return { state: 'none', exceptPaths: [] };
  const method = exposure.methods[0] ?? 'GET';
  const classes = pathClassesOf(
    exposure.path,
    literalsOf(mesh, context.gateway).paths,
  ).slice(0, MAX_CLASSES);
  const exceptPaths: PathClass[] = [];
  let policy: ObjectRef | undefined;
  for (const { path, sample } of classes) {
    if (sample === undefined) continue;
    const prepared = prepareRequest(mesh, requestFor(context, method, sample));
    if ('refused' in prepared || takesRoute(context, prepared) === false)
      continue;
    const { rule } = matching(custom.rules, prepared.facts, new Unknowns());
    if (rule) policy = refOf(rule.policy.object);
    else exceptPaths.push(path);
  }
  const provider = custom.policies.find(
    ({ ref }) => ref.name === policy?.name,
  )?.provider;
  if (!policy) return { state: 'none', exceptPaths: [] };
  return {
    state: exceptPaths.length > 0 ? 'partial' : 'required',
    provider,
    policy,
    exceptPaths,
  };
}
