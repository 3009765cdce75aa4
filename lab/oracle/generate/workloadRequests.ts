import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { DecisionRequest } from '@mesh-auth/access-model';
import { PRINCIPALS } from './alphabet';
import { gatewayRequest } from './requests';

const one = <T>(values: readonly T[]): Arbitrary<T> =>
  fc.constantFrom(...values);

/** Requests at the inbound side of one workload: plain text or mutual TLS, HTTP or bare TCP. */
export function workloadRequest(options: {
  at: DecisionRequest['at'];
  httpPort: number;
  tcpPort: number;
}): Arbitrary<DecisionRequest> {
  const { at, httpPort, tcpPort } = options;
  return fc
    .tuple(
      gatewayRequest({ at, ports: [httpPort], providers: ['authz'] }),
      fc.option(one(PRINCIPALS), { nil: null, freq: 2 }),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([request, principal, kind]) => ({
      ...request,
      at: { ...request.at, port: kind === 0 ? tcpPort : httpPort },
      peer: principal === null ? null : { principal },
      sni:
        principal === null ? '' : 'outbound_.80_._.one.app.svc.cluster.local',
      ...(kind === 0
        ? {
            protocol: 'tcp' as const,
            method: 'GET',
            path: '/',
            token: null,
            headers: {},
          }
        : {}),
    }));
}
