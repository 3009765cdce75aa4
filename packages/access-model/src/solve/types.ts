import { RoleHolder } from '../identity';

/** One request, as `mesh-auth who-can` asks about it. @public */
export interface WhoCanRequest {
  host: string;
  /** Default: GET. */
  method?: string;
  /** Default: /. */
  path?: string;
}

/** Someone of the realm who is let in. @public */
export interface WhoCanHolder {
  type: RoleHolder['type'];
  name: string;
  /** The client whose service account this is. */
  client?: string;
  /** Paths to the roles that the policies ask for; empty where they ask for none. */
  paths: string[][];
  /** Clients whose tokens are let in for this caller, some of them. */
  through: string[];
}

/** One way to be let in, in words. @public */
export interface WhoCanReason {
  /** Through the gateway, or from inside the mesh. */
  via: 'gateway' | 'mesh';
  /** The policy that opens it, as `namespace/name#rule`. */
  policy?: string;
  conditions: string[];
}

/** Who may send a request. @public */
export interface WhoCanAnswer {
  /** Whether someone without any token or session may. */
  anonymous: boolean | 'unknown';
  counts: { users: number; serviceAccounts: number };
  /** By type and name; people only where the realm was read with them. */
  holders: WhoCanHolder[];
  /** Workloads that may call past the gateway; `*` for every one. */
  callers: { principal: string }[];
  /** What keeps the answer from being complete. */
  unknown: string[];
  why: WhoCanReason[];
}
