export type { HostClaim, HostClaims, HostLookup } from './HostLookup';
