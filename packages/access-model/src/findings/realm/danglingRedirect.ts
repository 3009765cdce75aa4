import { clientCheck } from './clientCheck';

function hostOf(uri: string): string | undefined {
  return /^https?:\/\/([^/:*]+)/.exec(uri)?.[1];
}

/** @internal */
export const danglingRedirect = clientCheck(
  'MA0120',
  (client, { exposures }) => {
    // Without a single way in, nothing can be said about hosts.
    if (exposures.length === 0) return undefined;
    const served = (host: string) =>
      exposures.some(
        ({ exposure }) =>
          exposure.host === host ||
          (exposure.host.startsWith('*') &&
            host.endsWith(exposure.host.slice(1))),
      );
    const domains = new Set(
      exposures.map(({ exposure }) =>
        exposure.host.split('.').slice(-2).join('.'),
      ),
    );
    const gone = [...client.redirectUris, ...client.webOrigins]
      .map(hostOf)
      .filter((host): host is string => host !== undefined)
      // Hosts of other domains may be served elsewhere.
      .filter(
        host =>
          domains.has(host.split('.').slice(-2).join('.')) && !served(host),
      );
    return gone.length === 0
      ? undefined
      : {
          severity: 'medium',
          title: `Client ${client.clientId} trusts hosts that the mesh does not serve`,
          evidence: `No gateway serves ${[...new Set(gone)]
            .sort()
            .join(
              ', ',
            )}; whoever gets such a host receives codes and cross-origin answers`,
          fix: `Remove their redirect URIs and web origins from ${client.clientId}`,
        };
  },
);
