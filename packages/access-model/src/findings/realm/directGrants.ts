import { clientCheck } from './clientCheck';

/** @internal */
export const directGrants = clientCheck('MA0113', client =>
  client.directAccessGrantsEnabled
    ? {
        severity: 'low',
        title: `Client ${client.clientId} may ask people for their passwords`,
        evidence:
          'Direct access grants are enabled, which go past login pages and second factors',
        fix: `Disable direct access grants of ${client.clientId}`,
      }
    : undefined,
);
