import { clientCheck } from './clientCheck';

/** @internal */
export const publicServiceAccount = clientCheck('MA0114', client =>
  client.publicClient && client.serviceAccountsEnabled
    ? {
        severity: 'high',
        title: `Client ${client.clientId} is public and has a service account`,
        evidence:
          'A public client has no secret that could prove who asks for the tokens of its service account',
        fix: `Make ${client.clientId} confidential, or disable its service account`,
      }
    : undefined,
);
