import { accessTable } from '../access/accessTable';
import { inClass, sampleOf } from '../access/pathClasses';
import type {
  AccessAlternative,
  AccessCondition,
  AccessRow,
  PathClass,
  StandingCaller,
} from '../access/types';
import { jwtRulesFor } from '../authn/jwtRules';
import type { Mesh } from '../mesh/Mesh';
import { workloadsBehind } from '../mesh/workloads';
import { exposuresOf } from '../routing/exposures';
import type { RouteExposure } from '../routing/exposures';
import type { AccessDifference, AccessSide } from './types';

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'other',
];

const CALLERS: Record<StandingCaller, string> = {
  anonymous: 'anyone without login',
  loggedIn: 'anyone logged in',
  tokenWithoutRoles: 'anyone with a valid token',
  meshWorkload: 'any workload of the mesh',
  plaintextWorkload: 'any workload of the cluster, without mutual TLS',
};

interface Table {
  exposure: RouteExposure;
  rows: AccessRow[];
  /** For whom a token must be meant to count at the workloads, in words. */
  tokens: string;
}

interface Probe {
  method: string;
  path: PathClass;
  sample: string;
}

/** Conditions that nobody meets without a token. */
const TOKEN_CONDITIONS: AccessCondition['kind'][] = [
  'role',
  'token',
  'claim',
  'audience',
];

const NOBODY: AccessSide = { who: [], unknown: [] };

function addressOf({ scheme, host, port }: RouteExposure): string {
  const standard = scheme === 'https' ? 443 : 80;
  return `${scheme}://${host}${port === standard ? '' : `:${port}`}`;
}

/** A rule of the workload without audiences takes the tokens of every client of the realm. */
function tokensOf(mesh: Mesh, { destinations }: RouteExposure): string {
  const rules = destinations
    .flatMap(({ service }) => (service ? workloadsBehind(mesh, service) : []))
    .flatMap(({ namespace, labels, serviceAccount }) =>
      jwtRulesFor(mesh, {
        kind: 'workload',
        namespace,
        labels,
        serviceAccount,
      }),
    );
  const audiences = rules.flatMap(rule =>
    rule.audiences.length > 0 ? rule.audiences : ['any client'],
  );
  return [...new Set(audiences)].sort().join(' or ');
}

/** Tables of all ways in, by address. A redirect to https lets nobody do anything. */
function tablesOf(mesh: Mesh): Map<string, Table[]> {
  const tables = new Map<string, Table[]>();
  for (const exposure of exposuresOf(mesh)) {
    if (exposure.httpsRedirect) continue;
    const address = addressOf(exposure);
    tables.set(address, [
      ...(tables.get(address) ?? []),
      {
        exposure,
        rows: accessTable(mesh, exposure),
        tokens: tokensOf(mesh, exposure),
      },
    ]);
  }
  return tables;
}

function takesMethod(
  methods: string[],
  method: string,
  named: Set<string>,
): boolean {
  return (
    methods.length === 0 ||
    methods.includes(method) ||
    (methods.includes('other') && !named.has(method))
  );
}

/** The first row, in the order of routes and then from the narrowest class, that speaks of the probe. */
function rowFor(
  tables: Table[],
  { method, sample }: Probe,
): { row: AccessRow; tokens: string } | undefined {
  for (const { exposure, rows, tokens } of tables) {
    if (
      !inClass(exposure.path, sample) ||
      !takesMethod(exposure.methods, method, new Set())
    )
      continue;
    const named = new Set(rows.flatMap(({ methods }) => methods));
    const found = rows.find(
      row =>
        inClass(row.path, sample) && takesMethod(row.methods, method, named),
    );
    return found && { row: found, tokens };
  }
  return undefined;
}

/** A condition as the things of which one is enough, each a way of its own. */
function choicesOf(condition: AccessCondition): string[] {
  if (
    condition.kind !== 'role' ||
    condition.negated ||
    condition.roles.length === 0
  ) {
    return [condition.words];
  }
  return condition.roles.map(({ kind, client, name }) =>
    kind === 'client' ? `role ${name} of ${client}` : `role ${name}`,
  );
}

/** Every way to meet an alternative: who gains a role among several gains just that. */
function waysOf(
  { via, conditions }: AccessAlternative,
  tokens: string,
): string[] {
  const needsToken = conditions.some(
    ({ kind, negated }) => TOKEN_CONDITIONS.includes(kind) && !negated,
  );
  return conditions
    .map(choicesOf)
    .reduce<string[][]>(
      (ways, choices) =>
        ways.flatMap(way => choices.map(choice => [...way, choice])),
      [[]],
    )
    .map(
      way =>
        `${
          via === 'gateway' ? 'through the gateway' : 'inside the mesh'
        }: ${way.join(' and ')}${
          needsToken ? `, with a token for ${tokens}` : ''
        }`,
    );
}

function sideOf(
  found: { row: AccessRow; tokens: string } | undefined,
): AccessSide {
  if (!found) return NOBODY;
  const { row, tokens } = found;
  const callers = row.callers
    .filter(({ verdict }) => verdict === 'allow')
    .map(({ caller }) => CALLERS[caller]);
  const alternatives = row.alternatives
    .filter(({ conditions }) => conditions.length > 0)
    .flatMap(alternative => waysOf(alternative, tokens));
  return {
    who: [...new Set([...callers, ...alternatives])].sort(),
    unknown: row.unknown,
  };
}

/** One probe for each class of paths and methods that either side distinguishes. */
function probesOf(tables: Table[]): Probe[] {
  const probes = new Map<string, Probe>();
  for (const { exposure, rows } of tables) {
    for (const { path } of rows) {
      const sample = sampleOf(path, exposure.path);
      if (sample === undefined) continue;
      const methods = new Set([
        ...METHODS,
        ...rows.flatMap(row => row.methods),
      ]);
      for (const method of methods) {
        probes.set(`${method} ${path.type} ${path.value}`, {
          method,
          path,
          sample,
        });
      }
    }
  }
  return [...probes.values()];
}

function compare(
  address: string,
  probe: Probe,
  before: AccessSide,
  after: AccessSide,
): AccessDifference | undefined {
  const gained = after.who.filter(who => !before.who.includes(who));
  const lost = before.who.filter(who => !after.who.includes(who));
  const unknown = after.unknown.join('\n') !== before.unknown.join('\n');
  if (gained.length === 0 && lost.length === 0 && !unknown) return undefined;
  const kind = (): AccessDifference['kind'] => {
    if (gained.length === 0 && lost.length === 0) return 'unknown';
    if (before.who.length === 0) return 'opened';
    if (after.who.length === 0) return 'closed';
    if (lost.length === 0) return 'widened';
    return gained.length === 0 ? 'narrowed' : 'changed';
  };
  return {
    kind: kind(),
    address,
    method: probe.method,
    path: probe.path,
    before,
    after,
    gained,
    lost,
    becomesPublic: gained.includes(CALLERS.anonymous),
  };
}

/**
 * What changes in who may do what between two meshes, along every way in from outside and straight at the workloads behind it.
 *
 * @remarks
 * Both sides are split into classes of paths and methods; one request of each class is looked up on both sides, so a rule that is written in
 * another way makes no difference. Routes with a regular expression of which no member can be found are not compared.
 *
 * @public
 */
export function accessDiff(before: Mesh, after: Mesh): AccessDifference[] {
  const old = tablesOf(before);
  const now = tablesOf(after);
  const differences: AccessDifference[] = [];
  for (const address of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const oldTables = old.get(address) ?? [];
    const newTables = now.get(address) ?? [];
    for (const probe of probesOf([...oldTables, ...newTables])) {
      const difference = compare(
        address,
        probe,
        sideOf(rowFor(oldTables, probe)),
        sideOf(rowFor(newTables, probe)),
      );
      if (difference) differences.push(difference);
    }
  }
  return differences;
}
