import { clientCheck } from './clientCheck';
import { issuesTokens } from './tokenRules';

/** Seconds. A mesh cannot revoke an access token before its end. */
const LONGEST = 60 * 60;

/** @internal */
export const longLivedTokens = clientCheck('MA0117', (client, { graph }) => {
  const own = client.attributes['access.token.lifespan'];
  const seconds =
    own === undefined ? graph.realm.accessTokenLifespan : Number(own);
  return issuesTokens(client) && seconds !== undefined && seconds > LONGEST
    ? {
        severity: 'medium',
        title: `Access tokens through client ${
          client.clientId
        } live ${Math.round(seconds / 60)} minutes`,
        evidence: `The lifespan is set at ${
          own === undefined ? 'the realm' : 'the client'
        }; the mesh takes a token until its end, even from someone who lost the role or was disabled`,
        fix: 'Set the access token lifespan to a few minutes and let clients refresh',
      }
    : undefined;
});
