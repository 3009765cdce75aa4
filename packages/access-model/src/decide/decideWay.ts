import type { RequestFacts } from '../match/RequestFacts';
import type { Mesh } from '../mesh/Mesh';
import { serviceForHost } from '../mesh/services';
import { targetPortOf, workloadsBehind } from '../mesh/workloads';
import type { Workload } from '../mesh/workloads';
import { decideAtGateway } from './decideAtGateway';
import { decideAtWorkload } from './decideAtWorkload';
import type { Inherited } from './requestFacts';
import type { Decision, DecisionRequest, Verdict } from './types';

/** One proxy on the way. @public */
export interface Hop {
  at: 'gateway' | 'workload';
  workload?: Workload;
  decision: Decision;
}

/** A request followed from the gateway to the workload. @public */
export interface WayDecision {
  verdict: Verdict;
  status?: number;
  decidedBy?: string;
  unknown: string[];
  hops: Hop[];
}

/** Identity by which a gateway calls workloads. @internal */
export function gatewayPrincipal(
  mesh: Mesh,
  gateway: { namespace: string; serviceAccount?: string },
): { principal: string } | undefined {
  return gateway.serviceAccount
    ? {
        principal: `${mesh.meshConfig.trustDomain}/ns/${gateway.namespace}/sa/${gateway.serviceAccount}`,
      }
    : undefined;
}

/** Pods behind a destination, with the port that they are called on. @internal */
export function workloadsOfDestination(
  mesh: Mesh,
  destination: { host: string; port?: number },
  namespaces: readonly string[],
): { workload: Workload; port?: number }[] {
  const service = serviceForHost(mesh, destination.host, namespaces);
  if (!service) return [];
  const port =
    destination.port ??
    (service.ports.length === 1 ? service.ports[0].number : undefined);
  return workloadsBehind(mesh, service).map(workload => ({
    workload,
    port:
      port === undefined ? undefined : targetPortOf(service, port, workload),
  }));
}

function summary(hops: Hop[], last: Decision): WayDecision {
  return {
    verdict: last.verdict,
    status: last.status,
    decidedBy: last.decidedBy,
    unknown: last.unknown,
    hops,
  };
}

/**
 * Follows a request through the gateway to the proxy of the workload: path and host as rewritten, headers as the authoriser and the route set
 * them, the token where it is passed on, and the gateway's own identity as caller.
 *
 * @public
 */
export function decideWay(mesh: Mesh, request: DecisionRequest): WayDecision {
  return followWay(mesh, request);
}

/** {@link decideWay}, which shows each proxy's decision and the facts that it was made from. @internal */
export function followWay(
  mesh: Mesh,
  request: DecisionRequest,
  onHop?: (hop: Hop, facts: RequestFacts | undefined) => void,
): WayDecision {
  let inherited: Inherited | undefined;
  let facts: RequestFacts | undefined;
  const first = decideAtGateway(
    mesh,
    request,
    value => {
      inherited = value;
    },
    value => {
      facts = value;
    },
  );
  const hops: Hop[] = [{ at: 'gateway', decision: first }];
  onHop?.(hops[0], facts);
  const { target } = first;
  if (first.verdict !== 'allow' || !target) return summary(hops, first);
  const namespaces = [target.route.namespace ?? '', request.at.namespace];
  const next = target.destinations.flatMap(destination =>
    workloadsOfDestination(mesh, destination, namespaces),
  );
  for (const { workload, port } of next) {
    // Pods without a proxy take everything.
    if (workload.dataplane === 'none') continue;
    let inside: RequestFacts | undefined;
    const hop: Hop = {
      at: 'workload',
      workload,
      decision:
        workload.dataplane === 'ambient'
          ? {
              verdict: 'unknown',
              trace: [],
              unknown: ['ambient mode between gateway and workload'],
            }
          : decideAtWorkload(
              mesh,
              {
                id: request.id,
                at: {
                  kind: 'workload',
                  namespace: workload.namespace,
                  labels: workload.labels,
                  port,
                },
                method: request.method,
                scheme: 'http',
                host: target.forwarded.authority,
                path: target.forwarded.path,
                headers: target.forwarded.headers,
                peer: gatewayPrincipal(mesh, request.at),
              },
              inherited,
              value => {
                inside = value;
              },
            ),
    };
    hops.push(hop);
    onHop?.(hop, inside);
  }
  const inner = hops.slice(1).map(({ decision }) => decision);
  if (inner.length === 0) return summary(hops, first);
  if (inner.every(({ verdict }) => verdict === inner[0].verdict))
    return summary(hops, inner[0]);
  const unknown = inner.flatMap(decision => decision.unknown);
  return {
    verdict: 'unknown',
    unknown: unknown.length
      ? [...new Set(unknown)]
      : ['which of the destinations answers'],
    hops,
  };
}
