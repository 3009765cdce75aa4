import { clientCheck } from './clientCheck';

function isLoopback(uri: string): boolean {
  return /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(uri);
}

/** @internal */
export const wildcardRedirect = clientCheck('MA0111', client => {
  if (!client.standardFlowEnabled && !client.implicitFlowEnabled)
    return undefined;
  const anyHost = client.redirectUris.filter(
    uri => uri === '*' || /^[a-z]+:\/\/[^/]*\*/.test(uri),
  );
  const plain = client.redirectUris.filter(
    uri => uri.startsWith('http://') && !isLoopback(uri),
  );
  const anyPath = client.redirectUris.filter(
    uri => uri.endsWith('/*') && !anyHost.includes(uri),
  );
  const bad = [...anyHost, ...plain];
  if (bad.length === 0 && anyPath.length === 0) return undefined;
  const grave = bad.length > 0;
  return {
    severity: grave ? 'high' : 'low',
    title: grave
      ? `Client ${client.clientId} sends codes to addresses that others may own`
      : `Client ${client.clientId} takes any path as redirect URI`,
    evidence: `Redirect URIs: ${(grave ? bad : anyPath).join(', ')}`,
    fix: `Name the exact https addresses of the callbacks of ${client.clientId}`,
  };
});
