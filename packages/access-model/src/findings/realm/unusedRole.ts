import { countHolders } from '../../identity';
import { rulesOf } from '../policyRules';
import { RealmFindingCheck } from './types';

/** @internal */
export const unusedRole: RealmFindingCheck = {
  code: 'MA0121',
  check: scope => {
    const { graph, clients } = scope;
    const text = JSON.stringify(
      rulesOf(scope).map(({ rule }) => rule.when ?? []),
    );
    return clients.flatMap(({ clientId, roles }) => {
      const unused = roles
        .map(({ name }) => name)
        .filter(name => {
          const ref = { client: clientId, name };
          const counts = countHolders(graph, ref);
          const held =
            counts && counts.users + counts.serviceAccounts + counts.groups > 0;
          const contained = (graph.role(ref)?.parents.length ?? 0) > 0;
          return (
            counts?.state === 'known' &&
            !held &&
            !contained &&
            !text.includes(JSON.stringify(name))
          );
        })
        .sort();
      return unused.length === 0
        ? []
        : [
            {
              code: 'MA0121',
              severity: 'info' as const,
              title: `Nobody holds ${
                unused.length === 1 ? 'a role' : `${unused.length} roles`
              } of client ${clientId}, and no policy asks for ${
                unused.length === 1 ? 'it' : 'them'
              }`,
              evidence: `${unused.join(
                ', ',
              )}: no user, group, service account or composite has it`,
              fix: `Remove what is not needed from client ${clientId}`,
            },
          ];
    });
  },
};
