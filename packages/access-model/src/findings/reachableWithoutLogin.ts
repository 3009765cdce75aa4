import type { RequestAuthenticationSpec } from '../manifests/specs';
import { KIND } from '../mesh/kinds';
import type { Mesh } from '../mesh/Mesh';
import type { FindingCheck } from './types';

/** Hosts at which tokens are issued: a login cannot ask for a login. */
function issuerHosts(mesh: Mesh): Set<string> {
  const issuers = mesh
    .list<RequestAuthenticationSpec>(KIND.requestAuthentication)
    .flatMap(({ spec }) =>
      (spec?.jwtRules ?? []).map(({ issuer }) => issuer ?? ''),
    );
  return new Set(
    issuers.map(issuer => /^https?:\/\/([^/:]+)/.exec(issuer)?.[1] ?? ''),
  );
}

/** @internal */
export const reachableWithoutLogin: FindingCheck = {
  code: 'MA0001',
  check: ({ mesh, exposures }) => {
    const logins = issuerHosts(mesh);
    return exposures.flatMap(({ exposure, rows }) => {
      if (
        logins.has(exposure.host) ||
        exposure.httpsRedirect ||
        exposure.redirect ||
        exposure.directResponse !== undefined
      ) {
        return [];
      }
      const open = rows.filter(({ callers }) =>
        callers.some(
          ({ caller, verdict, status }) =>
            caller === 'anonymous' &&
            verdict === 'allow' &&
            (status === undefined || status === 200),
        ),
      );
      if (open.length === 0) return [];
      const places = open.map(
        ({ methods, path }) =>
          `${methods.join(', ') || 'every method'} ${path.value || '/'}`,
      );
      return [
        {
          code: 'MA0001',
          severity: 'high',
          title: `${exposure.host} is reachable without login`,
          object: exposure.route,
          rule: exposure.rule,
          evidence: `A request without token and session is allowed through to the service: ${places.join(
            '; ',
          )}`,
          fix: `Ask for an identity at the workload, for example:
rules:
  - from:
      - source:
          requestPrincipals: ['https://ISSUER/*']
or put the host behind the login wall of the gateway. Where everyone is meant to get in, waive the finding with that reason.`,
        },
      ];
    });
  },
};
