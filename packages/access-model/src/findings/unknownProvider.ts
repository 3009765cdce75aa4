import { formatRef } from '../manifests/objectRef';
import type { FindingCheck } from './types';
import { policiesOf } from './policyRules';

/** @internal */
export const unknownProvider: FindingCheck = {
  code: 'MA0005',
  check: scope => {
    const { extensionProviders, found, ref } = scope.mesh.meshConfig;
    return policiesOf(scope)
      .filter(({ action }) => action === 'CUSTOM')
      .flatMap(policy => {
        const provider = extensionProviders.find(
          ({ name }) => name === policy.provider,
        );
        if (provider && !provider.problem) return [];
        const where =
          found && ref
            ? formatRef(ref)
            : 'the mesh configuration, which was not found';
        return [
          {
            code: 'MA0005',
            severity: 'high' as const,
            title: `The provider ${
              policy.provider ?? '(none)'
            } cannot be asked, so what the policy matches is denied`,
            object: policy.ref,
            evidence: provider
              ? `The provider in ${where} is not usable: ${provider.problem}`
              : `${formatRef(policy.ref)} names the provider ${JSON.stringify(
                  policy.provider,
                )}, and ${where} has ${
                  extensionProviders.map(({ name }) => name).join(', ') ||
                  'none'
                }`,
            fix: provider
              ? 'Correct the provider in the mesh configuration.'
              : `Name one of the providers of the mesh configuration, or add this one under extensionProviders.`,
          },
        ];
      });
  },
};
