import { clientCheck } from './clientCheck';

/** @internal */
export const withoutPkce = clientCheck('MA0116', client =>
  client.standardFlowEnabled &&
  client.attributes['pkce.code.challenge.method'] !== 'S256'
    ? {
        severity: client.publicClient ? 'medium' : 'low',
        title: `Client ${client.clientId} does not require PKCE`,
        evidence: `Proof Key for Code Exchange method: ${
          client.attributes['pkce.code.challenge.method'] ?? 'not set'
        }; a client policy of the realm may require it all the same`,
        fix: `Set the PKCE method of ${client.clientId} to S256`,
      }
    : undefined,
);
