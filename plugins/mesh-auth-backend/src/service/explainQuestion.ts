import { InputError, NotFoundError } from '@backstage/errors';
import {
  DecisionRequest,
  explain,
  Explanation,
  gatewayCallers,
  MeshProxy,
  RequestToken,
  RouteExposure,
  unnamedPrincipal,
} from '@mesh-auth/access-model';
import type {
  ExplainCaller,
  ExplainQuestion,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { ClusterSnapshot } from '../snapshot/Snapshot';
import type { FoundWorkload } from './findWorkloads';
import type { FoundExposure } from './readExposures';
import { proxyOf } from './proxyOf';

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new InputError('url is not an address');
  }
}

/**
 * The exposure of the entity by which an address is served.
 *
 * @throws NotFoundError naming the addresses that there are
 *
 * @internal
 */
export function exposureAt(
  exposures: readonly FoundExposure[],
  address: string,
): FoundExposure {
  const url = parse(address);
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const atHost = exposures.filter(
    ({ exposure }) =>
      `${exposure.scheme}:` === url.protocol &&
      exposure.port === port &&
      coversHost(exposure.host, url.hostname),
  );
  // The longest path that the address begins with; the proxy itself makes the real choice among routes.
  const [found] = atHost
    .filter(
      ({ exposure: { path } }) =>
        path.type === 'regex' || url.pathname.startsWith(path.value),
    )
    .sort(
      (a, b) => b.exposure.path.value.length - a.exposure.path.value.length,
    );
  if (!found) {
    const known = [
      ...new Set(
        exposures.map(
          ({ exposure }) =>
            `${exposure.scheme}://${exposure.host}:${exposure.port}${exposure.path.value}`,
        ),
      ),
    ];
    throw new NotFoundError(
      `The entity is not reachable at ${url.origin}${url.pathname}; it is at ${
        known.join(', ') || 'no address'
      }`,
    );
  }
  return found;
}

function coversHost(pattern: string, host: string): boolean {
  return (
    pattern === host ||
    pattern === '*' ||
    (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)))
  );
}

/** The token of a caller: that of a caller without roles, with what the caller has beyond it. */
function withRoles(
  token: RequestToken | null | undefined,
  caller: ExplainCaller,
): RequestToken | null | undefined {
  if (!token) {
    return token;
  }
  const byClient: Record<string, { roles: string[] }> = {};
  for (const { client, name } of caller.clientRoles ?? []) {
    byClient[client] = { roles: [...(byClient[client]?.roles ?? []), name] };
  }
  return {
    ...token,
    claims: {
      ...token.claims,
      ...(caller.realmRoles && { realm_access: { roles: caller.realmRoles } }),
      ...(caller.clientRoles && { resource_access: byClient }),
      ...caller.claims,
    },
  };
}

function atGateway(
  cluster: ClusterSnapshot,
  exposure: RouteExposure,
  question: ExplainQuestion,
  workload: MeshProxy | undefined,
): DecisionRequest {
  const { caller } = question;
  const url = parse(question.url);
  const standing = gatewayCallers({
    mesh: cluster.mesh,
    gateway: exposure.proxy,
    workload,
    request: { method: question.method ?? 'GET', path: url.pathname },
  });
  const kinds = {
    anonymous: standing.anonymous,
    loggedIn: standing.loggedIn,
    token: standing.tokenWithoutRoles,
  };
  const shown = kinds[caller.kind as keyof typeof kinds];
  return {
    at: {
      kind: 'gateway',
      namespace: exposure.proxy.namespace,
      labels: exposure.proxy.labels,
      serviceAccount: exposure.proxy.serviceAccount,
      port: exposure.listenerPort,
    },
    method: question.method ?? 'GET',
    scheme: exposure.scheme,
    host: url.host,
    path: `${url.pathname}${url.search}`,
    headers: question.headers,
    peer: null,
    ...shown,
    token: withRoles(shown.token, caller),
  };
}

function atWorkload(
  cluster: ClusterSnapshot,
  workload: FoundWorkload['workload'],
  question: ExplainQuestion,
): DecisionRequest {
  const { caller } = question;
  const url = parse(question.url);
  const { token } = gatewayCallers({
    mesh: cluster.mesh,
    gateway: proxyOf(workload),
    workload: proxyOf(workload),
    request: { method: question.method ?? 'GET', path: url.pathname },
  }).tokenWithoutRoles;
  const hasToken = caller.realmRoles || caller.clientRoles || caller.claims;
  const named = caller.principal
    ? { principal: caller.principal }
    : unnamedPrincipal(cluster.mesh);
  return {
    at: {
      ...proxyOf(workload),
      kind: 'workload',
      port: workload.ports[0]?.number,
    },
    method: question.method ?? 'GET',
    host: url.host,
    path: `${url.pathname}${url.search}`,
    headers: question.headers,
    peer: caller.plaintext ? null : named,
    token: hasToken ? withRoles(token, caller) : null,
  };
}

/**
 * Decides one request to an entity and says why.
 *
 * @throws NotFoundError when the entity is not reachable at the address, or has no workload
 * @throws InputError when the address cannot be read
 *
 * @internal
 */
export function explainQuestion(options: {
  question: ExplainQuestion;
  workloads: readonly FoundWorkload[];
  exposures: readonly FoundExposure[];
}): { cluster: ClusterSnapshot; explanation: Explanation } {
  const { question, workloads, exposures } = options;
  if (question.caller.kind === 'workload') {
    const [found] = workloads;
    if (!found) {
      throw new NotFoundError(
        'The entity has no workload that could be called',
      );
    }
    const { cluster, workload } = found;
    return {
      cluster,
      explanation: explain(
        cluster.mesh,
        atWorkload(cluster, workload, question),
      ),
    };
  }
  const { cluster, exposure } = exposureAt(exposures, question.url);
  const behind = workloads.find(item => item.cluster === cluster);
  return {
    cluster,
    explanation: explain(
      cluster.mesh,
      atGateway(
        cluster,
        exposure,
        question,
        behind && proxyOf(behind.workload),
      ),
    ),
  };
}
