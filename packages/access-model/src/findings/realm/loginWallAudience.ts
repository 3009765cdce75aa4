import { clientCheck } from './clientCheck';
import { mappersOf } from './tokenRules';

/** @internal */
export const loginWallAudience = clientCheck('MA0107', (client, { graph }) => {
  const isWall =
    client.standardFlowEnabled &&
    client.redirectUris.some(uri => /\/oauth2\/callback$/.test(uri));
  if (!isWall || !graph.realm.knowledge.clientScopes) return undefined;
  const included = mappersOf(graph, client, { optional: false }).some(
    ({ provider, config }) =>
      provider === 'oidc-audience-mapper' &&
      config['included.client.audience'] === client.clientId &&
      config['access.token.claim'] === 'true',
  );
  return included
    ? undefined
    : {
        severity: 'high',
        title: `Access tokens through ${client.clientId} do not name it as audience`,
        evidence:
          "Keycloak leaves the requesting client out of its own access token's audience, and oauth2-proxy with provider keycloak-oidc refuses a token without it",
        fix: `Add an audience mapper to client ${client.clientId} that includes ${client.clientId} in access and ID tokens`,
      };
});
