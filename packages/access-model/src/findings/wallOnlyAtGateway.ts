import { policiesFor } from '../authz/PolicySet';
import { formatRef } from '../manifests/objectRef';
import type { FindingCheck } from './types';

/** @internal */
export const wallOnlyAtGateway: FindingCheck = {
  code: 'MA0004',
  check: ({ mesh, exposures }) =>
    exposures.flatMap(({ exposure, rows }) => {
      const walls = policiesFor(mesh, exposure.proxy)
        .filter(({ action, dryRun }) => action === 'CUSTOM' && !dryRun)
        .map(({ ref }) => formatRef(ref));
      if (walls.length === 0) return [];
      const passes = rows.filter(({ callers }) => {
        const anonymous = callers.find(({ caller }) => caller === 'anonymous');
        return (
          walls.includes(anonymous?.decidedBy?.split('#')[0] ?? '') &&
          callers.some(
            ({ caller, verdict }) =>
              (caller === 'meshWorkload' || caller === 'plaintextWorkload') &&
              verdict === 'allow',
          )
        );
      });
      if (passes.length === 0) return [];
      const service = exposure.destinations[0]?.service;
      const places = passes.map(
        ({ methods, path }) =>
          `${methods.join(', ') || 'every method'} ${path.value || '/'}`,
      );
      return [
        {
          code: 'MA0004',
          severity: 'high',
          title: `The login wall of ${exposure.host} stands only at the gateway: any pod walks around it`,
          object: service?.ref ?? exposure.route,
          evidence: `${walls.join(
            ' and ',
          )} stops anonymous callers at the gateway, but a pod that no policy names may call the workload without a token: ${places.join(
            '; ',
          )}`,
          fix: `Ask for an identity at the workload as well, for example:
rules:
  - from:
      - source:
          principals: ['${mesh.meshConfig.trustDomain}/ns/${
            exposure.proxy.namespace
          }/sa/${exposure.proxy.serviceAccount ?? 'GATEWAY'}']`,
        },
      ];
    }),
};
