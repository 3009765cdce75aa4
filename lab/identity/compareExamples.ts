import {
  ClaimComparison,
  claimsFor,
  compareClaims,
  RealmGraph,
} from '@mesh-auth/access-model';
import { KeycloakServer } from './KeycloakServer';
import { RealmCase, TokenCase } from './realmArbitrary';

/** Example tokens that are asked for in each realm. */
const EXAMPLES = 4;

/**
 * Role claims that some mapper writes beside the role mappers: Keycloak
 * settles those when a real token is built, and not in an example.
 */
function unsettledClaims(realm: Record<string, any>): Set<string> {
  const unsettled = new Set<string>();
  const mappers = [...realm.clients, ...(realm.clientScopes ?? [])].flatMap(
    ({ protocolMappers = [] }) => protocolMappers,
  );
  for (const { protocolMapper, config } of mappers) {
    const name: string = config['claim.name'] ?? '';
    const [claim] = name.split('.');
    if (claim === 'realm_access' || claim === 'resource_access') {
      unsettled.add(claim);
    }
    if (
      protocolMapper === 'oidc-hardcoded-role-mapper' ||
      protocolMapper === 'oidc-role-name-mapper'
    ) {
      unsettled.add('resource_access');
    }
  }
  return unsettled;
}

/**
 * Compares the model with `generate-example-access-token` for the first users
 * of a case.
 */
export async function compareExamples(options: {
  server: KeycloakServer;
  realmCase: RealmCase;
  graph: RealmGraph;
}): Promise<({ token: TokenCase } & ClaimComparison)[]> {
  const { server, realmCase, graph } = options;
  const { realm, tokens } = realmCase;
  const name: string = realm.realm;
  const unsettled = unsettledClaims(realm);
  const results: ({ token: TokenCase } & ClaimComparison)[] = [];
  for (const token of tokens.filter(({ user }) => user).slice(0, EXAMPLES)) {
    const model = claimsFor({
      graph,
      client: token.client,
      as: { user: token.user ?? '' },
      scope: token.scope,
    });
    if (model.refused !== undefined) {
      continue;
    }
    const client = await server.admin(
      'GET',
      `/realms/${name}/clients?clientId=${encodeURIComponent(token.client)}`,
    );
    const user = await server.admin(
      'GET',
      `/realms/${name}/users?exact=true&username=${token.user}`,
    );
    const query = new URLSearchParams({ userId: user.body[0].id });
    if (token.scope !== undefined) {
      query.set('scope', token.scope);
    }
    const example = await server.admin(
      'GET',
      `/realms/${name}/clients/${client.body[0].id}/evaluate-scopes/generate-example-access-token?${query}`,
    );
    if (example.status !== 200) {
      if (example.status >= 500 && model.unknown.length > 0) {
        continue;
      }
      throw new Error(`example token of ${name}: ${example.status}`);
    }
    // The session of an example is transient, which alone brings a subject.
    if (model.claims.sub === undefined) {
      unsettled.add('sub');
    }
    results.push({
      token,
      ...compareClaims(
        { ...model, unknown: [...model.unknown, ...unsettled] },
        example.body,
      ),
    });
    unsettled.delete('sub');
  }
  return results;
}
