import {
  AccessRow as ModelAccessRow,
  jwtRulesFor,
  Mesh,
} from '@mesh-auth/access-model';
import type { AccessRow, Exposure } from '@mesh-auth/plugin-mesh-auth-common';
import type {
  ClusterSnapshot,
  RealmSnapshot,
  Snapshot,
} from '../snapshot/Snapshot';
import type { AccessTables, TabledExposure } from './AccessTables';
import type { FoundWorkload } from './findWorkloads';
import { readLoginWall } from './readLoginWall';
import { realmOfIssuer } from './realmOfIssuer';
import type { RoleHolderReader } from './RoleHolderReader';
import { toAccessRow, toExposure, toJwtRule } from './toApi';

/** An exposure of a cluster, to be shown. */
export interface FoundExposure extends TabledExposure {
  cluster: ClusterSnapshot;
}

/**
 * Finds the exposures of workloads, each once, even where several workloads stand behind it.
 *
 * @internal
 */
export function findExposures(
  workloads: readonly FoundWorkload[],
  tables: AccessTables,
): FoundExposure[] {
  const found = new Map<string, FoundExposure>();
  for (const { cluster, workload } of workloads) {
    for (const tabled of tables.ofWorkload(cluster.mesh, workload)) {
      found.set(`${cluster.sourceId}|${tabled.exposure.id}`, {
        ...tabled,
        cluster,
      });
    }
  }
  return [...found.values()].sort(byAddress);
}

/** Https before http, then by host and path. */
function byAddress(a: FoundExposure, b: FoundExposure): number {
  const key = ({ exposure }: FoundExposure) =>
    [
      exposure.scheme === 'https' ? 0 : 1,
      exposure.host,
      exposure.port,
      exposure.path.value,
      exposure.id,
    ].join('\u0000');
  const [left, right] = [key(a), key(b)];
  if (left === right) {
    return 0;
  }
  return left < right ? -1 : 1;
}

/**
 * Turns exposures into those of the API, with the holders of the roles that open them.
 *
 * @param options - without `mayReadAccess` it is left out who may call
 *
 * @internal
 */
export async function readExposures(options: {
  exposures: readonly FoundExposure[];
  snapshot: Snapshot;
  mayReadAccess: boolean;
  holders: RoleHolderReader;
}): Promise<Exposure[]> {
  return Promise.all(
    options.exposures.map(async found => {
      const { cluster, exposure, rows } = found;
      const loginWall = readLoginWall(cluster.mesh, found);
      if (!options.mayReadAccess) {
        return toExposure({
          cluster,
          exposure,
          loginWall,
          jwt: [],
          access: [],
        });
      }
      const gateway = jwtRulesFor(cluster.mesh, exposure.proxy);
      const workload = rulesBehind(cluster.mesh, found);
      const issuers = issuersOf(found);
      const access = await Promise.all(
        rows.map(row => readRow({ ...options, row, issuers })),
      );
      return toExposure({
        cluster,
        exposure,
        loginWall,
        jwt: [
          ...gateway.map(rule => toJwtRule({ cluster, rule, at: 'gateway' })),
          ...workload.map(rule => toJwtRule({ cluster, rule, at: 'workload' })),
        ],
        access,
      });
    }),
  );
}

function rulesBehind(mesh: Mesh, { exposure }: TabledExposure) {
  const service = exposure.destinations[0]?.service;
  return service?.selector
    ? jwtRulesFor(mesh, {
        kind: 'workload',
        namespace: service.namespace,
        labels: service.selector,
      })
    : [];
}

/**
 * The issuers of the tokens that are read on the way to an exposure's service, those of the workload first.
 *
 * @internal
 */
export function issuersOf(found: FoundExposure): string[] {
  const { mesh } = found.cluster;
  return [
    ...rulesBehind(mesh, found),
    ...jwtRulesFor(mesh, found.exposure.proxy),
  ].map(({ issuer }) => issuer);
}

async function readRow(options: {
  row: ModelAccessRow;
  issuers: string[];
  snapshot: Snapshot;
  holders: RoleHolderReader;
}): Promise<AccessRow> {
  const { row, issuers, snapshot, holders } = options;
  const realmName = issuers.map(realmOfIssuer).find(name => name !== undefined);
  const realm = realmForIssuers(snapshot, issuers);
  const roles = await Promise.all(
    row.roles.map(role => holders.read({ role, realm, realmName })),
  );
  return toAccessRow(row, roles);
}

/**
 * The realm whose tokens are asked for. Where several instances have a realm of that name, the one whose own address is
 * that of the issuer.
 *
 * @internal
 */
export function realmForIssuers(
  snapshot: Snapshot,
  issuers: string[],
): RealmSnapshot | undefined {
  for (const issuer of issuers) {
    const name = realmOfIssuer(issuer);
    const realms = snapshot.realms.filter(
      ({ reading }) => reading.realm.realm === name,
    );
    const own = realms.find(
      ({ reading }) =>
        reading.realm.frontendUrl !== undefined &&
        issuer.startsWith(reading.realm.frontendUrl),
    );
    if (own ?? realms[0]) {
      return own ?? realms[0];
    }
  }
  return undefined;
}
