import type { FindingCheck } from './types';

/** @internal */
export const reachableWithoutLogin: FindingCheck = {
  code: 'MA0001',
  check: ({ exposures }) =>
    exposures.flatMap(({ exposure, rows }) => {
      if (
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
    }),
};
