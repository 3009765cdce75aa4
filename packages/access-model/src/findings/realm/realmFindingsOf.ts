import { RealmClient, RealmGraph } from '../../identity';
import { Finding, FindingScope } from '../types';
import { administratorAccount } from './administratorAccount';
import { audienceNobodyBrings } from './audienceNobodyBrings';
import { danglingRedirect } from './danglingRedirect';
import { directGrants } from './directGrants';
import { droppedRoles } from './droppedRoles';
import { fullScope } from './fullScope';
import { implicitFlow } from './implicitFlow';
import { issuerDiffers } from './issuerDiffers';
import { loginWallAudience } from './loginWallAudience';
import { longLivedTokens } from './longLivedTokens';
import { oldSecret } from './oldSecret';
import { publicServiceAccount } from './publicServiceAccount';
import { roleNotInRealm } from './roleNotInRealm';
import { rolesFromIdToken } from './rolesFromIdToken';
import { tokenLacksBasics } from './tokenLacksBasics';
import { RealmFindingCheck } from './types';
import { unusedRole } from './unusedRole';
import { wildcardRedirect } from './wildcardRedirect';
import { withoutPkce } from './withoutPkce';

/** By code. A code is never given to another finding. @internal */
export const realmFindingChecks: readonly RealmFindingCheck[] = [
  roleNotInRealm,
  audienceNobodyBrings,
  issuerDiffers,
  rolesFromIdToken,
  tokenLacksBasics,
  droppedRoles,
  loginWallAudience,
  wildcardRedirect,
  implicitFlow,
  directGrants,
  publicServiceAccount,
  fullScope,
  withoutPkce,
  longLivedTokens,
  oldSecret,
  administratorAccount,
  danglingRedirect,
  unusedRole,
];

/** Clients that Keycloak makes itself and keeps in order. */
const builtin = new Set([
  'account',
  'account-console',
  'admin-cli',
  'admin-permissions',
  'broker',
  'realm-management',
  'security-admin-console',
]);

const order = { high: 0, medium: 1, low: 2, info: 3 };

/**
 * What someone should act on where a mesh and a realm meet: what policies ask
 * for and no token can have, and how the clients are kept. The gravest first,
 * then by code.
 *
 * @param options - `clients` limits the findings about clients to these
 * clientIds; `now` is for tests
 *
 * @public
 */
export function realmFindingsOf(
  options: FindingScope & {
    graph: RealmGraph;
    clients?: readonly string[];
    now?: number;
  },
): Finding[] {
  const { graph, clients: wanted, now = Date.now(), ...scope } = options;
  const clients = graph.realm.clients.filter(
    ({ clientId }: RealmClient) =>
      !builtin.has(clientId) && (!wanted || wanted.includes(clientId)),
  );
  return realmFindingChecks
    .flatMap(({ check }) => check({ ...scope, graph, clients, now }))
    .sort(
      (a, b) =>
        order[a.severity] - order[b.severity] ||
        (a.code < b.code ? -1 : Number(a.code > b.code)),
    );
}
