import { formatRef } from '../manifests/objectRef';
import type { FindingCheck } from './types';
import { policiesOf } from './policyRules';

/** @internal */
export const providerFailsOpen: FindingCheck = {
  code: 'MA0013',
  check: scope =>
    policiesOf(scope)
      .filter(({ action }) => action === 'CUSTOM')
      .flatMap(policy => {
        const { extensionProviders, ref } = scope.mesh.meshConfig;
        const provider = extensionProviders.find(
          ({ name }) => name === policy.provider,
        );
        if (!provider?.failOpen) return [];
        return [
          {
            code: 'MA0013',
            severity: 'high' as const,
            title: `The login wall opens for everyone while ${provider.name} is down`,
            object: policy.ref,
            evidence: `The provider ${provider.name} in ${
              ref ? formatRef(ref) : 'the mesh configuration'
            } has failOpen: true`,
            fix: `Set failOpen: false on the provider, and run more than one replica of it.`,
          },
        ];
      }),
};
