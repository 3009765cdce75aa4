import { effectiveRoles } from '../../identity/roleClosure';
import { clientCheck } from './clientCheck';

const MANAGEMENT = 'realm-management';

/** @internal */
export const administratorAccount = clientCheck(
  'MA0119',
  (client, { graph }) => {
    const account = graph.serviceAccount(client.clientId);
    if (!account) return undefined;
    const roles = [...effectiveRoles(graph, account)]
      .map(index => graph.roles[index].ref)
      .filter(ref => ref.client === MANAGEMENT)
      .map(({ name }) => name)
      .sort();
    const writes = roles.some(name => !/^(view|query)-/.test(name));
    return roles.length === 0
      ? undefined
      : {
          severity: writes ? 'high' : 'low',
          title: `The service account of ${client.clientId} ${
            writes ? 'may change' : 'may read'
          } the realm`,
          evidence: `It holds ${roles.join(', ')} of ${MANAGEMENT}`,
          fix: `Take away what ${client.clientId} does not need`,
        };
  },
);
