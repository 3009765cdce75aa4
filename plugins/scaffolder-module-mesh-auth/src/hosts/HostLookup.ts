import { BackstageCredentials } from '@backstage/backend-plugin-api';

/**
 * A route that serves a host already.
 *
 * @internal
 */
export interface HostClaim {
  /** For example `VirtualService shop/payments in demo`. */
  owner: string;
  /** Path that the route takes, for example `/payments`; `/` for the whole host or when it cannot be told. */
  path: string;
}

/**
 * @remarks `unverified` says in words what could not be seen, for example a cluster that does not answer.
 *
 * @internal
 */
export interface HostClaims {
  claims: HostClaim[];
  unverified?: string;
}

/**
 * Tells who serves a host today.
 *
 * @internal
 */
export interface HostLookup {
  /**
   * Never throws for an answer that cannot be had: that is `unverified`.
   *
   * @param options - `credentials` are those of the person who runs the template
   */
  claimsOf(options: {
    host: string;
    credentials: BackstageCredentials;
    signal?: AbortSignal;
  }): Promise<HostClaims>;
}
