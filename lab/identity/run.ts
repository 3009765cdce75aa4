import {
  claimsFor,
  compareClaims,
  createRealmGraph,
  readRealm,
  TokenClaims,
} from '@mesh-auth/access-model';
import { Command } from 'commander';
import fc from 'fast-check';
import { writeFile } from 'fs/promises';
import { compareExamples } from './compareExamples';
import { compareHolders } from './compareHolders';
import { KeycloakServer } from './KeycloakServer';
import { RealmCase, realmArbitrary, TokenCase } from './realmArbitrary';
import { readByApi } from './readByApi';
import { recordCases, RecordedRealm } from './record';

interface Options {
  url: string;
  username: string;
  password: string;
  seed: string;
  realms: string;
  callers: string;
  record?: string;
  keep?: boolean;
  api?: boolean;
}

const totals = {
  realms: 0,
  refusedRealms: 0,
  tokens: 0,
  refused: 0,
  failed: 0,
  claims: 0,
  unknown: 0,
  examples: 0,
  holders: 0,
};
const differences: string[] = [];

function report(realm: string, what: string, details: unknown): void {
  differences.push(`${realm} ${what}: ${JSON.stringify(details)}`);
  console.log(`DIFFERENCE ${realm} ${what}: ${JSON.stringify(details)}`);
}

/** A login that the model refuses must fail, and the other way round. */
function compareOutcome(options: {
  realm: string;
  label: string;
  models: TokenClaims[];
  status: number;
  error?: string;
}): boolean {
  const { realm, label, models, status, error } = options;
  const { refused } = models[0];
  if (refused !== undefined) {
    totals.refused++;
    if (status === 200) {
      report(realm, label, { refused });
    }
    return false;
  }
  if (status === 200) {
    return true;
  }
  // Keycloak itself breaks where mappers contradict each other.
  if (status >= 500 && models.some(model => model.unknown.length > 0)) {
    totals.failed++;
    return false;
  }
  report(realm, label, { status, error });
  return false;
}

async function runRealm(options: {
  server: KeycloakServer;
  realmCase: RealmCase;
  /** Address, where the model shall read the realm through the Admin API. */
  api?: string;
}): Promise<RecordedRealm | undefined> {
  const { server, realmCase, api } = options;
  const { realm, tokens } = realmCase;
  const name: string = realm.realm;
  const imported = await server.importRealm(realm);
  if (imported.status !== 201) {
    totals.refusedRealms++;
    console.log(
      `${name}: Keycloak refused the realm: ${JSON.stringify(imported.body)}`,
    );
    return undefined;
  }
  totals.realms++;
  const graph = createRealmGraph(
    api === undefined
      ? readRealm(JSON.parse(JSON.stringify(realm)))
      : await readByApi({ server, url: api, realm: name }),
  );
  const recorded: RecordedRealm = { realm, tokens: [], holders: [] };
  for (const token of tokens) {
    const request = (kind: 'access' | 'id') =>
      claimsFor({
        graph,
        client: token.client,
        as: token.user === undefined ? 'service-account' : { user: token.user },
        scope: token.scope,
        kind,
      });
    const access = request('access');
    const id = request('id');
    const real = await server.login(name, token);
    const label = describe(token);
    recorded.tokens.push({
      ...token,
      status: real.status,
      access: real.access,
      id: real.id,
    });
    if (
      !compareOutcome({ realm: name, label, models: [access, id], ...real })
    ) {
      continue;
    }
    for (const [kind, model, claims] of [
      ['access', access, real.access],
      ['id', id, real.id],
    ] as const) {
      if (!claims) {
        continue;
      }
      totals.tokens++;
      const comparison = compareClaims(model, claims);
      totals.claims += comparison.compared;
      totals.unknown += comparison.unknown;
      if (comparison.differences.length > 0) {
        report(name, `${label} ${kind}`, comparison.differences);
      }
    }
  }
  for (const { token, differences: found, compared } of await compareExamples({
    server,
    realmCase,
    graph,
  })) {
    totals.examples++;
    totals.claims += compared;
    if (found.length > 0) {
      report(name, `example token, ${describe(token)}`, found);
    }
  }
  const holders = await compareHolders({ server, name, graph });
  totals.holders += holders.compared;
  recorded.holders = holders.truth;
  for (const difference of holders.differences) {
    report(name, 'holders', difference);
  }
  return recorded;
}

function describe({ client, user, scope }: TokenCase): string {
  return `${user ?? 'service-account'} via ${client} scope ${JSON.stringify(
    scope,
  )}`;
}

async function run(options: Options): Promise<void> {
  const seed = Number(options.seed);
  const count = Number(options.realms);
  console.log(`seed ${seed}, ${count} realms, ${options.callers} callers each`);
  const server = new KeycloakServer(options);
  const recorded: RecordedRealm[] = [];
  for (let index = 0; index < count; index++) {
    const name = `r${seed}-${index}`;
    const [realmCase] = fc.sample(
      realmArbitrary(name, Number(options.callers)),
      {
        seed: seed * 100_000 + index,
        numRuns: 1,
      },
    );
    try {
      const record = await runRealm({
        server,
        realmCase,
        api: options.api ? options.url : undefined,
      });
      if (record) {
        recorded.push(record);
      }
    } finally {
      if (!options.keep) {
        await server.removeRealm(name);
      }
    }
    if ((index + 1) % 10 === 0) {
      console.log(
        `${index + 1} realms: ${JSON.stringify(totals)}, ${
          differences.length
        } differences`,
      );
    }
  }
  if (options.record) {
    await writeFile(options.record, recordCases(recorded));
  }
  console.log(JSON.stringify(totals));
  console.log(`seed ${seed}`);
  console.log(
    `${
      totals.tokens + totals.examples + totals.holders - differences.length
    } passed, ${differences.length} failed`,
  );
  process.exitCode = differences.length === 0 ? 0 : 1;
}

new Command('identity')
  .description(
    'Compare the identity model with a real Keycloak on random realms',
  )
  .requiredOption('--url <url>', 'address of the Keycloak')
  .option('--username <name>', 'administrator', 'admin')
  .option(
    '--password <password>',
    "the administrator's password",
    process.env.KEYCLOAK_ADMIN_PASSWORD ?? 'admin',
  )
  .option(
    '--seed <number>',
    'seed of the generator',
    String(Date.now() % 100_000),
  )
  .option('--realms <count>', 'how many realms', '20')
  .option('--callers <count>', 'how many logins in each', '20')
  .option(
    '--record <file>',
    'write the cases and the real answers, for a test to replay',
  )
  .option('--api', 'read the realms through the Admin API, not from the file')
  .option('--keep', 'leave the realms in Keycloak')
  .action(run)
  .parseAsync()
  .catch(error => {
    console.error(error);
    process.exitCode = 2;
  });
