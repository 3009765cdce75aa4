import type { ObjectRef } from '../manifests/types';
import type { Verdict } from '../decide/types';

/**
 * The five callers that every row answers for.
 *
 * `anonymous`: nothing but the request. `loggedIn`: a session at the login wall, without any role. `tokenWithoutRoles`: a valid bearer token
 * without any role. `meshWorkload`: a pod of the mesh that no policy names, with mutual TLS, past the gateway. `plaintextWorkload`: the same
 * without.
 *
 * @public
 */
export type StandingCaller =
  | 'anonymous'
  | 'loggedIn'
  | 'tokenWithoutRoles'
  | 'meshWorkload'
  | 'plaintextWorkload';

/** @public */
export interface CallerVerdict {
  caller: StandingCaller;
  verdict: Verdict;
  status?: number;
  decidedBy?: string;
  unknown: string[];
}

/** A role that a policy asks for. @public */
export interface RoleCondition {
  kind: 'realm' | 'client';
  /** Client whose role it is. */
  client?: string;
  name: string;
}

/** One thing that must hold (or must not) for an alternative. @public */
export interface AccessCondition {
  kind: 'role' | 'token' | 'claim' | 'audience' | 'peer' | 'other';
  negated: boolean;
  /** Values of which one is enough. */
  values: string[];
  roles: RoleCondition[];
  words: string;
}

/** One way to be let in. @public */
export interface AccessAlternative {
  /** Through the gateway, or from inside the mesh straight at the workload. */
  via: 'gateway' | 'mesh';
  /** The ALLOW policy that opens it; absent where nothing but the lack of a denial does. */
  policy?: ObjectRef;
  rule?: number;
  /** All of them must hold. */
  conditions: AccessCondition[];
}

/** Which paths a row is for. @public */
export interface PathClass {
  type:
    | 'exact'
    | 'prefix'
    | 'segmentPrefix'
    | 'suffix'
    | 'template'
    | 'regex'
    | 'any';
  value: string;
}

/** Who may do what on one class of paths, rows above it taken out. @public */
export interface AccessRow {
  /** Empty stands for every method. */
  methods: string[];
  path: PathClass;
  callers: CallerVerdict[];
  alternatives: AccessAlternative[];
  roles: RoleCondition[];
  principals: string[];
  /** In words: `customer`, `anyone in the mesh`, `nobody`, `anyone`. */
  audience: string;
  unknown: string[];
}
