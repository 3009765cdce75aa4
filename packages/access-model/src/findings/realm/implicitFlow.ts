import { clientCheck } from './clientCheck';

/** @internal */
export const implicitFlow = clientCheck('MA0112', client =>
  client.implicitFlowEnabled
    ? {
        severity: 'medium',
        title: `Client ${client.clientId} hands tokens out in addresses`,
        evidence:
          'Its implicit flow is enabled, which puts access tokens into the browser history and logs',
        fix: `Disable the implicit flow of ${client.clientId}; the standard flow with PKCE takes its place`,
      }
    : undefined,
);
