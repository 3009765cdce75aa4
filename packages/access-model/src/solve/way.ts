import { inClass } from '../access/pathClasses';
import { JwtRule, jwtRulesFor } from '../authn';
import { policiesFor } from '../authz';
import { gatewayProvider } from '../access/standingCallers';
import { DecisionRequest } from '../decide';
import { workloadsOfDestination } from '../decide/decideWay';
import { Mesh, MeshProxy } from '../mesh';
import { ExtensionProvider } from '../mesh';
import { exposuresOf, RouteExposure } from '../routing';
import { hostOfAuthority, pickHost } from '../routing/hostNames';
import { WhoCanRequest } from './types';

/** A listener at which a request may come in, and what lies behind it. */
export interface Way {
  exposures: RouteExposure[];
  request: DecisionRequest;
  provider?: ExtensionProvider;
  rules: JwtRule[];
  /** Objects whose rules the request meets. */
  policies: { spec?: unknown }[];
}

function unique<T>(items: T[]): T[] {
  return [...new Set(items)];
}

/** The exposures of the virtual host that serves a host, at any listener. */
function serving(mesh: Mesh, host: string): RouteExposure[] {
  const all = exposuresOf(mesh).filter(({ httpsRedirect }) => !httpsRedirect);
  const byListener = new Map<string, RouteExposure[]>();
  for (const exposure of all) {
    const { proxy, listenerPort, scheme } = exposure;
    const key = JSON.stringify([
      proxy.namespace,
      proxy.labels,
      listenerPort,
      scheme,
    ]);
    byListener.set(key, [...(byListener.get(key) ?? []), exposure]);
  }
  return [...byListener.values()].flatMap(list => {
    const name = pickHost(
      new Map(list.map(exposure => [exposure.host, exposure.host])),
      host,
    );
    return list.filter(exposure => exposure.host === name);
  });
}

function workloadProxies(mesh: Mesh, exposures: RouteExposure[]): MeshProxy[] {
  return exposures.flatMap(exposure =>
    exposure.destinations.flatMap(destination =>
      workloadsOfDestination(mesh, destination, [
        exposure.route.namespace ?? '',
        exposure.proxy.namespace,
      ]).map(
        ({ workload }): MeshProxy => ({
          kind: 'workload',
          namespace: workload.namespace,
          labels: workload.labels,
          serviceAccount: workload.serviceAccount,
        }),
      ),
    ),
  );
}

/** A claim that a route looks at, named as policies name it. */
function claimCondition(words: string): string {
  return words.replace(/^claim ([^.\s]+).*$/s, 'request.auth.claims[$1]');
}

function wayOf(
  mesh: Mesh,
  exposures: RouteExposure[],
  { host, method, path }: Required<WhoCanRequest>,
): Way {
  const [{ proxy: gateway, listenerPort, scheme }] = exposures;
  const proxies = [gateway, ...workloadProxies(mesh, exposures)];
  const rules = proxies.flatMap(proxy => jwtRulesFor(mesh, proxy));
  return {
    exposures,
    request: {
      at: {
        kind: 'gateway',
        namespace: gateway.namespace,
        labels: gateway.labels,
        port: listenerPort,
        serviceAccount: gateway.serviceAccount,
      },
      method,
      scheme,
      host,
      path,
      peer: null,
    },
    provider: gatewayProvider(mesh, gateway),
    rules,
    policies: unique([
      ...proxies.flatMap(proxy =>
        policiesFor(mesh, proxy).map(({ object }) => object),
      ),
      ...rules.map(({ object }) => object),
      ...exposures.map(({ conditions }) => ({
        spec: conditions.map(claimCondition),
      })),
    ]),
  };
}

/**
 * The listeners that serve a host and a path, one way for each.
 *
 * @internal
 */
export function waysOf(mesh: Mesh, request: Required<WhoCanRequest>): Way[] {
  const question = request.path.indexOf('?');
  const path = question < 0 ? request.path : request.path.slice(0, question);
  const groups = new Map<string, RouteExposure[]>();
  for (const exposure of serving(mesh, hostOfAuthority(request.host))) {
    if (!inClass(exposure.path, path)) {
      continue;
    }
    const { proxy, listenerPort, scheme } = exposure;
    const key = JSON.stringify([
      proxy.namespace,
      proxy.labels,
      listenerPort,
      scheme,
    ]);
    groups.set(key, [...(groups.get(key) ?? []), exposure]);
  }
  return [...groups.values()].map(list => wayOf(mesh, list, request));
}
