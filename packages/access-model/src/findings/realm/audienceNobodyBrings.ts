import { RealmGraph } from '../../identity';
import { mappersOf, rulesOfRealm } from './tokenRules';
import { RealmFindingCheck } from './types';

/** Envoy compares audiences without scheme and last slash. */
function bare(audience: string): string {
  return audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** All audiences that tokens of a realm can have, bare. */
function audiencesOf(graph: RealmGraph): Set<string> | undefined {
  const audiences = new Set<string>();
  for (const client of graph.realm.clients) {
    // An ID token is for the client itself.
    audiences.add(bare(client.clientId));
    for (const { provider, config } of mappersOf(graph, client, {
      optional: true,
    })) {
      const included =
        config['included.client.audience'] ??
        config['included.custom.audience'];
      if (provider === 'oidc-audience-mapper' && included !== undefined) {
        audiences.add(bare(included));
      }
      if (config['claim.name'] === 'aud') return undefined;
      // A role that a mapper makes up brings the audience of its client.
      const role = config['new.role.name'] ?? config.role;
      if (role?.includes('.'))
        audiences.add(bare(role.slice(0, role.lastIndexOf('.'))));
    }
  }
  return audiences;
}

/** @internal */
export const audienceNobodyBrings: RealmFindingCheck = {
  code: 'MA0102',
  check: scope => {
    const { graph } = scope;
    if (!graph.realm.knowledge.clients || !graph.realm.knowledge.clientScopes)
      return [];
    const possible = audiencesOf(graph);
    if (!possible) return [];
    return rulesOfRealm(scope)
      .filter(
        ({ audiences }) =>
          audiences.length > 0 &&
          !audiences.some(audience => possible.has(bare(audience))),
      )
      .map(({ policy, index, audiences }) => ({
        code: 'MA0102',
        severity: 'high' as const,
        title: `No token can have the audience ${audiences.join(' or ')}`,
        object: policy,
        rule: index,
        evidence: `Realm ${graph.realm.realm} has no client of that name and no audience mapper for it, so every token is refused with 403`,
        fix: `Add an audience mapper for ${audiences[0]} to the clients whose tokens shall be taken, or to a client scope of theirs`,
      }));
  },
};
