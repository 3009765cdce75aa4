import { clientCheck } from './clientCheck';

const DAY = 24 * 60 * 60 * 1000;
const OLDEST_DAYS = 365;

/** @internal */
export const oldSecret = clientCheck('MA0118', (client, { now }) => {
  // Written in seconds by Keycloak, and only where it made the secret itself.
  const created = Number(client.attributes['client.secret.creation.time']);
  if (client.publicClient || client.bearerOnly || !created) return undefined;
  const days = Math.floor((now - created * 1000) / DAY);
  return days > OLDEST_DAYS
    ? {
        severity: 'medium',
        title: `The secret of client ${client.clientId} is ${days} days old`,
        evidence: `It was made on ${new Date(created * 1000)
          .toISOString()
          .slice(0, 10)}`,
        fix: `Regenerate the secret of ${client.clientId} and seal the new one`,
      }
    : undefined;
});
