import { policySet } from '../authz/PolicySet';
import { Unknowns } from '../match/RequestFacts';
import type { RequestFacts } from '../match/RequestFacts';
import type { Mesh } from '../mesh/Mesh';
import type { MeshProxy } from '../mesh/Proxy';
import { serviceForHost } from '../mesh/services';
import { listenersOf } from '../routing/gatewayListeners';
import type { GatewayListener, RouteScope } from '../routing/gatewayListeners';
import { routeTableOf } from '../routing/routeTable';
import type { CompiledRoute } from '../routing/routeTable';
import { findRoute, pickScope } from './findRoute';
import type { RouteFinding } from './findRoute';
import { forwardedBy } from './forward';
import { policyStages } from './policyStages';
import { prepareRequest, serverName } from './requestFacts';
import type { Inherited } from './requestFacts';
import { Tracer } from './Tracer';
import { isPreflight } from '../authn/verifyTokens';
import type { Decision, DecisionRequest } from './types';
import { hostOfAuthority } from '../routing/hostNames';
import { ingressesFor, unmodelledAt } from './unmodelled';

function pickListener(
  listeners: ReadonlyMap<number, GatewayListener>,
  request: DecisionRequest,
): GatewayListener | undefined {
  const { port } = request.at;
  if (port === undefined) {
    const fits = [...listeners.values()].filter(listener =>
      request.scheme === 'https' ? listener.tls.length : listener.plain,
    );
    return fits[0];
  }
  const direct = listeners.get(port);
  if (direct) return direct;
  // A caller may know the Service's port only.
  return [...listeners.values()].find(listener =>
    [
      ...(listener.plain?.servers ?? []),
      ...listener.tls.flatMap(({ scope }) => scope.servers),
    ].some(({ server }) => server.port.number === port),
  );
}

/** Whether an origin is one that a CORS policy knows. */
function corsAnswers(route: CompiledRoute, facts: RequestFacts): boolean {
  const policy = route.rule.spec.corsPolicy as
    | {
        allowOrigins?: { exact?: string; prefix?: string; regex?: string }[];
        allowOrigin?: string[];
      }
    | undefined;
  if (!policy || !isPreflight(facts)) return false;
  const origin = facts.headers.get('origin')?.[0] ?? '';
  const exact = policy.allowOrigin?.some(
    value => value === '*' || value === origin,
  );
  return Boolean(
    exact ??
      policy.allowOrigins?.some(match => {
        if (match.exact !== undefined)
          return match.exact === '*' || match.exact === origin;
        if (match.prefix !== undefined) return origin.startsWith(match.prefix);
        return false;
      }),
  );
}

/** The part of a route that answers without asking a destination; `undefined` where the destination answers. */
function ownStatus(
  mesh: Mesh,
  route: CompiledRoute,
  proxy: MeshProxy,
): { status: number; message: string } | undefined {
  const { spec, brokenStatus } = route.rule;
  const { redirect, directResponse, fault } = spec;
  if (redirect) {
    const status = redirect.redirectCode || 301;
    return { status, message: `redirected with ${status}` };
  }
  if (directResponse) {
    return {
      status: directResponse.status,
      message: `answered with ${directResponse.status} by the proxy itself`,
    };
  }
  const abort = fault?.abort;
  if (abort?.httpStatus && (abort.percentage?.value ?? 100) >= 100) {
    return {
      status: abort.httpStatus,
      message: `aborted with ${abort.httpStatus} by fault injection`,
    };
  }
  if (brokenStatus)
    return {
      status: brokenStatus,
      message: 'a backend of the route may not be used',
    };
  const missing = (spec.route ?? []).filter(
    ({ destination, weight }) =>
      (weight ?? 1) > 0 &&
      !serviceForHost(mesh, destination.host, [
        route.route.namespace,
        proxy.namespace,
      ]),
  );
  if (spec.route?.length && missing.length === spec.route.length) {
    const status = route.route.semantics === 'gatewayApi' ? 500 : 503;
    return {
      status,
      message: `service ${missing[0].destination.host} does not exist`,
    };
  }
  return undefined;
}

function routeName(route: CompiledRoute): string {
  return `rule ${route.origin.rule}${
    route.origin.match === undefined ? '' : `, match ${route.origin.match}`
  }`;
}

/** The answer once the policies have let a request pass. */
function afterPolicies(options: {
  mesh: Mesh;
  proxy: MeshProxy;
  finding: RouteFinding;
  facts: RequestFacts;
  tracer: Tracer;
  decidedBy: Parameters<Tracer['answer']>[0]['decidedBy'];
  unknowns: Unknowns;
}): Decision {
  const { mesh, proxy, finding, facts, tracer, decidedBy, unknowns } = options;
  switch (finding.state) {
    case 'none': {
      const ingresses = finding.host
        ? []
        : ingressesFor(mesh, proxy, hostOfAuthority(facts.authority));
      if (ingresses.length > 0) {
        tracer.step(
          'route',
          'unknown',
          `the host may be served by ${ingresses.join(', ')}`,
        );
        return tracer.answer({ verdict: 'unknown', unknown: ingresses });
      }
      tracer.step('route', 'pass', finding.why, { status: 404 });
      return tracer.answer({ verdict: 'allow', status: 404, decidedBy });
    }
    case 'tlsRequired':
      tracer.step(
        'route',
        'pass',
        `host ${finding.host.domain} is redirected to https`,
        { status: 301 },
      );
      return tracer.answer({ verdict: 'allow', status: 301, decidedBy });
    case 'unknown':
      tracer.step(
        'route',
        'unknown',
        `the route depends on ${unknowns.list.join(', ')}`,
      );
      return tracer.answer({ verdict: 'unknown', unknown: unknowns.list });
    default: {
      const { route } = finding;
      const target = forwardedBy(route, facts);
      const own = corsAnswers(route, facts)
        ? {
            status: 200,
            message: 'the CORS preflight is answered by the proxy itself',
          }
        : ownStatus(mesh, route, proxy);
      tracer.step(
        'route',
        'pass',
        own
          ? `${routeName(route)}: ${own.message}`
          : `${routeName(route)} leads to ${target.destinations
              .map(({ host }) => host)
              .join(', ')}`,
        {
          object: route.origin.object,
          rule: route.origin.rule,
          status: own?.status,
        },
      );
      return tracer.answer({
        verdict: 'allow',
        status: own?.status ?? 200,
        decidedBy,
        target: own ? undefined : target,
      });
    }
  }
}

function modeOf(scope: RouteScope): string {
  return scope.tls ? scope.servers[0].server.tls?.mode ?? '' : '';
}

/** Identity of the caller: only a server that asks for a certificate can know one. */
function peerAt(
  scope: RouteScope,
  request: DecisionRequest,
): string | null | undefined {
  if (!modeOf(scope).includes('MUTUAL')) return null;
  if (request.peer === undefined) return undefined;
  return request.peer?.principal.replace(/^spiffe:\/\//, '') ?? null;
}

/** Whether a missing client certificate ends the connection. */
function clientCertificate(
  scope: RouteScope,
  request: DecisionRequest,
  tracer: Tracer,
): Decision | undefined {
  const mode = modeOf(scope);
  if (
    !mode.includes('MUTUAL') ||
    mode === 'OPTIONAL_MUTUAL' ||
    request.peer !== null
  )
    return undefined;
  const { object, index } = scope.servers[0];
  tracer.step(
    'listener',
    'deny',
    `TLS mode ${mode} asks for a client certificate, and there is none`,
    {
      object,
      rule: index,
      status: 0,
    },
  );
  return tracer.answer({ verdict: 'deny', status: 0, decidedBy: { object } });
}

/**
 * The whole way through a gateway: listener, policies, route.
 *
 * @internal
 */
export function decideAtGateway(
  mesh: Mesh,
  request: DecisionRequest,
  handOn?: (inherited: Inherited) => void,
  observe?: (facts: RequestFacts) => void,
): Decision {
  const tracer = new Tracer(request.id);
  const proxy: MeshProxy = {
    kind: 'gateway',
    namespace: request.at.namespace,
    labels: request.at.labels ?? {},
    serviceAccount: request.at.serviceAccount,
  };
  const unmodelled = unmodelledAt(mesh, proxy);
  if (unmodelled.length > 0) {
    tracer.step(
      'connection',
      'unknown',
      `the proxy is changed by ${unmodelled.join(', ')}`,
    );
    return tracer.answer({ verdict: 'unknown', unknown: [...unmodelled] });
  }
  const listener = pickListener(listenersOf(mesh, proxy), request);
  if (!listener) {
    tracer.step(
      'listener',
      'deny',
      `nothing listens on port ${request.at.port}`,
      { status: 0 },
    );
    return tracer.answer({ verdict: 'deny', status: 0 });
  }
  const scope = pickScope(listener, {
    tls: request.scheme === 'https',
    sni: serverName(request, request.host ?? ''),
  });
  if (!scope) {
    if (listener.opaque.length > 0) {
      const why = `port ${listener.port} passes TLS or TCP on without looking into it`;
      tracer.step('listener', 'unknown', why);
      return tracer.answer({ verdict: 'unknown', unknown: [why] });
    }
    tracer.step(
      'listener',
      'deny',
      `port ${listener.port} has no server for this scheme and name`,
      { status: 0 },
    );
    return tracer.answer({ verdict: 'deny', status: 0 });
  }
  const uncertified = clientCertificate(scope, request, tracer);
  if (uncertified) return uncertified;
  const prepared = prepareRequest(mesh, {
    ...request,
    at: { ...request.at, port: listener.port },
  });
  if ('refused' in prepared) {
    tracer.step('connection', 'deny', prepared.refused, { status: 400 });
    return tracer.answer({ verdict: 'deny', status: 400 });
  }
  const { facts } = prepared;
  facts.peer = peerAt(scope, request);
  tracer.step(
    'listener',
    'pass',
    `port ${listener.port}, ${scope.tls ? 'TLS terminated' : 'plain text'}`,
    {
      object: scope.servers[0].object,
      rule: scope.servers[0].index,
    },
  );
  const table = routeTableOf(mesh, scope, proxy);
  const before = findRoute(table, facts, new Unknowns());
  const outcome = policyStages({
    mesh,
    proxy,
    request: prepared,
    answers: request.extAuthz ?? {},
    routed: before.state === 'unknown' ? undefined : before.state !== 'none',
    set: policySet(mesh, proxy),
    tracer,
  });
  observe?.(facts);
  if (outcome.verdict === 'deny') {
    return tracer.answer({
      verdict: 'deny',
      status: outcome.status,
      decidedBy: outcome.decidedBy,
    });
  }
  if (outcome.verdict === 'unknown') {
    return tracer.answer({ verdict: 'unknown', unknown: outcome.unknown });
  }
  // A verified token makes the proxy choose its route again, now with the claims and without the token's header.
  const unknowns = new Unknowns();
  const finding = facts.claims ? findRoute(table, facts, unknowns) : before;
  handOn?.({ tokens: prepared.tokens, unknownHeaders: facts.unknownHeaders });
  return afterPolicies({
    mesh,
    proxy,
    finding,
    facts,
    tracer,
    decidedBy: outcome.decidedBy,
    unknowns,
  });
}
