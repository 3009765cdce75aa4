import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ConflictError, InputError } from '@backstage/errors';
import { HostConfig } from '../config/readScaffolderConfig';
import { HostClaim, HostLookup } from './HostLookup';

/**
 * Finds the entry of the configuration that lets a service use a host.
 *
 * @throws InputError naming the field, for a host that no entry allows or a path that the entry does not
 *
 * @internal
 */
export function allowedHost(options: {
  host: string;
  path: string;
  hosts: HostConfig[];
}): HostConfig {
  const { host, path, hosts } = options;
  const entry =
    hosts.find(
      candidate => candidate.kind === 'shared' && candidate.host === host,
    ) ??
    hosts.find(
      candidate =>
        candidate.kind === 'domain' &&
        host === `${host.split('.', 1)[0]}.${candidate.domain}`,
    );
  if (!entry) {
    const allowed = hosts.map(candidate =>
      candidate.kind === 'shared' ? candidate.host : `*.${candidate.domain}`,
    );
    throw new InputError(
      `host: ${host} is not among the hosts that the platform offers (${
        allowed.join(', ') || 'none is configured'
      })`,
    );
  }
  if (entry.kind === 'shared' && path === '/') {
    throw new InputError(
      `path: ${host} is shared by several services; choose a path of your own there`,
    );
  }
  return entry;
}

function collides(claim: HostClaim, path: string): boolean {
  const below = (parent: string, child: string) =>
    child === parent || child.startsWith(`${parent}/`);
  // The whole host is what is left over by its paths, so a path beside it is no conflict.
  return (
    claim.path !== '/' && (below(claim.path, path) || below(path, claim.path))
  );
}

/**
 * Sees to it that nothing serves the host already or, on a shared host, the path.
 *
 * @returns words about what could not be verified, where the caller accepts that
 *
 * @throws ConflictError naming the owner, when it is taken
 * @throws InputError when it could not be verified and the caller did not say that this is acceptable
 *
 * @internal
 */
export async function checkHostIsFree(options: {
  host: string;
  path: string;
  entry: HostConfig;
  lookup: HostLookup;
  credentials: BackstageCredentials;
  allowUnverified: boolean;
  signal?: AbortSignal;
}): Promise<string | undefined> {
  const { host, path, entry, lookup, credentials, allowUnverified, signal } =
    options;
  const { claims, unverified } = await lookup.claimsOf({
    host,
    credentials,
    signal,
  });
  const conflict = claims.find(
    claim => entry.kind === 'domain' || collides(claim, path),
  );
  if (conflict) {
    throw new ConflictError(
      entry.kind === 'domain'
        ? `host: ${host} is taken by ${conflict.owner}`
        : `path: ${path} on ${host} is taken by ${conflict.owner}, which serves ${conflict.path}`,
    );
  }
  if (unverified === undefined) {
    return undefined;
  }
  const message = `could not verify that ${host} is free: ${unverified}`;
  if (!allowUnverified) {
    throw new InputError(
      `host: ${message}. Set allowUnverified to go on without knowing`,
    );
  }
  return message;
}
