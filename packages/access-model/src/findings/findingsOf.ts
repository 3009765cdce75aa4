import { accessTable } from '../access/accessTable';
import type { Mesh } from '../mesh/Mesh';
import { exposuresOf } from '../routing/exposures';
import { audienceNotChecked } from './audienceNotChecked';
import { claimThatIsNoString } from './claimThatIsNoString';
import { dottedClaimPath } from './dottedClaimPath';
import { emptyListMeansEveryone } from './emptyListMeansEveryone';
import { exactPathDeny } from './exactPathDeny';
import { hostOfTwoOwners } from './hostOfTwoOwners';
import { hostWithoutPort } from './hostWithoutPort';
import { methodThatNeverMatches } from './methodThatNeverMatches';
import { negativeMatch } from './negativeMatch';
import { openToAnyPod } from './openToAnyPod';
import { permissivePrincipals } from './permissivePrincipals';
import { providerFailsOpen } from './providerFailsOpen';
import { reachableWithoutLogin } from './reachableWithoutLogin';
import { tokenInUrl } from './tokenInUrl';
import { tokenIsNotVerified } from './tokenIsNotVerified';
import type { Finding, FindingCheck, FindingScope } from './types';
import { unknownProvider } from './unknownProvider';
import { unrequiredAuthentication } from './unrequiredAuthentication';
import { wallOnlyAtGateway } from './wallOnlyAtGateway';

/** By code. A code is never given to another finding. @internal */
export const findingChecks: readonly FindingCheck[] = [
  reachableWithoutLogin,
  unrequiredAuthentication,
  dottedClaimPath,
  wallOnlyAtGateway,
  unknownProvider,
  hostWithoutPort,
  permissivePrincipals,
  claimThatIsNoString,
  negativeMatch,
  audienceNotChecked,
  tokenInUrl,
  openToAnyPod,
  providerFailsOpen,
  emptyListMeansEveryone,
  exactPathDeny,
  hostOfTwoOwners,
  methodThatNeverMatches,
  tokenIsNotVerified,
];

const ORDER = { high: 0, medium: 1, low: 2, info: 3 };

/**
 * What someone should act on in a scope: the gravest first, then by code.
 *
 * @public
 */
export function findingsOf(scope: FindingScope): Finding[] {
  return findingChecks
    .flatMap(({ check }) => check(scope))
    .sort(
      (a, b) =>
        ORDER[a.severity] - ORDER[b.severity] ||
        (a.code < b.code ? -1 : Number(a.code > b.code)),
    );
}

/** The scope that is a whole mesh. Its access tables are derived here, which takes its time in a large mesh. @public */
export function wholeMesh(mesh: Mesh): FindingScope {
  return {
    mesh,
    workloads: mesh.workloads(),
    exposures: exposuresOf(mesh).map(exposure => ({
      exposure,
      rows: accessTable(mesh, exposure),
    })),
  };
}
