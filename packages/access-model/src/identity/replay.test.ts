import { readFileSync } from 'fs';
import path from 'path';
import { gunzipSync } from 'zlib';
import { compareClaims } from './claims/compareClaims';
import { claimsFor } from './claims/claimsFor';
import { effectiveHolders } from './effectiveHolders';
import { readRealm } from './readRealm';
import { createRealmGraph, RealmGraph } from './RealmGraph';
import { RoleRef } from './types';

interface RecordedToken {
  client: string;
  user?: string;
  scope?: string;
  status: number;
  access?: Record<string, unknown>;
  id?: Record<string, unknown>;
}

/**
 * Random realms with what Keycloak 26.7.3 answered for them, recorded by
 * `lab/identity/run.ts --record`.
 */
interface RecordedRealm {
  realm: { realm: string };
  tokens: RecordedToken[];
  holders: { role: RoleRef; holders: string[] }[];
}

const recorded: RecordedRealm[] = JSON.parse(
  gunzipSync(
    readFileSync(path.join(__dirname, '__fixtures__/keycloak-26.7.3.json.gz')),
  ).toString('utf8'),
);

interface TokenComparison {
  compared: number;
  problems: unknown[];
}

/** A login that Keycloak refuses must be refused by the model, too. */
function compareToken(
  graph: RealmGraph,
  token: RecordedToken,
): TokenComparison[] {
  const { client, user, scope, status } = token;
  return (['access', 'id'] as const).map(kind => {
    const model = claimsFor({
      graph,
      client,
      as: user === undefined ? 'service-account' : { user },
      scope,
      kind,
    });
    const issued = status === 200;
    if (status < 500 && issued !== (model.refused === undefined)) {
      return { compared: 0, problems: [{ token, refused: model.refused }] };
    }
    const real = token[kind];
    if (!real) {
      return { compared: 0, problems: [] };
    }
    const { compared, differences } = compareClaims(model, real);
    return {
      compared,
      problems: differences.map(difference => ({ token, difference })),
    };
  });
}

describe.each(recorded.map(record => [record.realm.realm, record] as const))(
  'recorded realm %s',
  (_, { realm, tokens, holders }) => {
    const graph = createRealmGraph(readRealm(realm));

    it('has the claims of the real tokens', () => {
      const found = tokens.flatMap(token => compareToken(graph, token));
      expect(found.flatMap(({ problems }) => problems)).toEqual([]);
      expect(
        found.reduce((sum, { compared }) => sum + compared, 0),
      ).toBeGreaterThan(0);
    });

    it('has the holders that Keycloak gives each role to', () => {
      for (const truth of holders) {
        const model = effectiveHolders(graph, truth.role)?.holders ?? [];
        expect([
          truth.role,
          model
            .filter(({ type }) => type !== 'group')
            .map(({ name }) => name)
            .sort(),
        ]).toEqual([truth.role, truth.holders]);
      }
      expect(holders.length).toBeGreaterThan(0);
    });
  },
);
