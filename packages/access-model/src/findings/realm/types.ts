import { RealmClient, RealmGraph } from '../../identity';
import { Finding, FindingScope } from '../types';

/** A part of a mesh with the realm whose tokens it takes. @public */
export interface RealmFindingScope extends FindingScope {
  graph: RealmGraph;
  /** Clients that are looked at, the built-in ones excluded. */
  clients: readonly RealmClient[];
  /** Milliseconds since 1970, to tell ages. */
  now: number;
}

/** One kind of finding about a realm, in a file of its own. @internal */
export interface RealmFindingCheck {
  code: string;
  check(scope: RealmFindingScope): Finding[];
}
