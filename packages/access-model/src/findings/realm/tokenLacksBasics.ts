import { rulesOf } from '../policyRules';
import { clientCheck } from './clientCheck';
import { issuesTokens, mappersOf, rulesOfRealm } from './tokenRules';

const LIGHTWEIGHT = 'client.use.lightweight.access.token.enabled';

/** @internal */
export const tokenLacksBasics = clientCheck('MA0105', (client, scope) => {
  if (!issuesTokens(client) || rulesOfRealm(scope).length === 0)
    return undefined;
  if (!scope.graph.realm.knowledge.clientScopes) return undefined;
  const lightweight = client.attributes[LIGHTWEIGHT] === 'true';
  const flag = lightweight ? 'lightweight.claim' : 'access.token.claim';
  const active = mappersOf(scope.graph, client, { optional: false }).filter(
    ({ config }) => config[flag] === 'true',
  );
  const policies = JSON.stringify(rulesOf(scope).map(({ rule }) => rule));
  const missing: string[] = [];
  const needsSubject = policies.includes('equestPrincipals"');
  if (
    needsSubject &&
    !client.serviceAccountsEnabled &&
    !active.some(
      ({ provider, config }) =>
        provider === 'oidc-sub-mapper' || config['claim.name'] === 'sub',
    )
  ) {
    missing.push('sub (scope basic)');
  }
  for (const claim of ['realm_access', 'resource_access']) {
    if (
      policies.includes(`claims[${claim}]`) &&
      !active.some(({ config }) => config['claim.name']?.startsWith(claim))
    ) {
      missing.push(`${claim} (scope roles)`);
    }
  }
  return missing.length === 0
    ? undefined
    : {
        severity: 'medium',
        title: `Tokens through client ${client.clientId} lack ${missing.join(
          ' and ',
        )}`,
        evidence: `${
          lightweight
            ? 'The client issues lightweight access tokens'
            : 'None of its default scopes brings it'
        }, and policies look at it, so they never match such a token`,
        fix: lightweight
          ? `Turn off lightweight access tokens for client ${client.clientId}`
          : `Give client ${client.clientId} the default client scopes basic and roles`,
      };
});
