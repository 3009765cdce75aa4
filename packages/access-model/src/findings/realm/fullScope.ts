import { clientCheck } from './clientCheck';
import { issuesTokens } from './tokenRules';

/** @internal */
export const fullScope = clientCheck('MA0115', client =>
  client.fullScopeAllowed && issuesTokens(client)
    ? {
        severity: 'low',
        title: `Tokens through client ${client.clientId} carry every role of the caller`,
        evidence:
          'Full scope is allowed, so a token that leaks from this client opens every other service as well',
        fix: `Turn full scope off for ${client.clientId} and map the roles that it needs`,
      }
    : undefined,
);
