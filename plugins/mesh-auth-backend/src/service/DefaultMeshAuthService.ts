import { jwtRulesFor, peerAuthenticationFor } from '@mesh-auth/access-model';
import type {
  Client,
  EntityAccess,
  ExplainQuestion,
  Explanation,
  Exposure,
  FleetExposures,
  FleetFindings,
  HostExposures,
  Notice,
  Policy,
  Source,
  WhoCan,
  Workload,
} from '@mesh-auth/plugin-mesh-auth-common';
import { meshAuthAccessReadPermission } from '@mesh-auth/plugin-mesh-auth-common';
import type { AuthorizedEntity } from '../auth/EntityAuthorizer';
import type { MeshAuthMetrics } from '../metrics';
import type { Snapshot } from '../snapshot/Snapshot';
import type { SnapshotStore } from '../snapshot/SnapshotStore';
import { AccessTables } from './AccessTables';
import { EntityFindings } from './EntityFindings';
import { explainQuestion } from './explainQuestion';
import { FleetIndex } from './FleetIndex';
import { findWorkloads, FoundWorkload } from './findWorkloads';
import type { MeshAuthService } from './MeshAuthService';
import { proxyOf } from './proxyOf';
import { findRealm, readClients } from './readClients';
import { readHostExposures } from './readHostExposures';
import {
  ExposuresQuery,
  FindingsQuery,
  readFleetExposures,
  readFleetFindings,
} from './readFleet';
import { findExposures, readExposures } from './readExposures';
import { readPolicies } from './readPolicies';
import { readWhoCan } from './readWhoCan';
import { RoleHolderReader } from './RoleHolderReader';
import { roleOpenings } from './roleOpenings';
import { toWorkload } from './toApi';
import { toExplainHops } from './toExplanation';

const ACCESS_HIDDEN: Notice = {
  severity: 'info',
  code: 'permission-missing',
  message: `Who may call is hidden: missing permission ${meshAuthAccessReadPermission.name}`,
};

/**
 * Answers from the current snapshot.
 *
 * @internal
 */
export class DefaultMeshAuthService implements MeshAuthService {
  readonly #store: SnapshotStore;
  readonly #metrics: MeshAuthMetrics;
  readonly #now: () => Date;
  readonly #tables = new AccessTables();
  readonly #findings = new EntityFindings();
  readonly #fleet = new FleetIndex({ tables: this.#tables });

  constructor(options: {
    store: SnapshotStore;
    metrics: MeshAuthMetrics;
    now?: () => Date;
  }) {
    this.#store = options.store;
    this.#metrics = options.metrics;
    this.#now = options.now ?? (() => new Date());
  }

  sources(): Source[] {
    return this.#store.sources(this.#now());
  }

  hostExposures(host: string): HostExposures {
    return {
      host,
      exposures: readHostExposures(this.#store.current(), host),
      sources: this.sources().filter(
        ({ kind }) => kind !== 'keycloak-realm' && kind !== 'realm-export',
      ),
    };
  }

  explain(
    authorized: AuthorizedEntity,
    question: ExplainQuestion,
  ): Explanation {
    const { snapshot, workloads, exposures } = this.#find(authorized);
    const { cluster, explanation } = explainQuestion({
      question,
      workloads,
      exposures,
    });
    return {
      entityRef: authorized.entityRef,
      snapshotVersion: snapshot.version,
      source: cluster.sourceId,
      verdict: explanation.verdict,
      ...(explanation.status !== undefined && { status: explanation.status }),
      ...(explanation.decidedBy !== undefined && {
        decidedBy: explanation.decidedBy,
      }),
      unknown: explanation.unknown,
      hops: toExplainHops(cluster, explanation),
    };
  }

  whoCan(
    authorized: AuthorizedEntity,
    request: { url: string; method: string },
  ): WhoCan {
    const { snapshot, exposures } = this.#find(authorized);
    return {
      entityRef: authorized.entityRef,
      snapshotVersion: snapshot.version,
      ...readWhoCan({ ...request, exposures, snapshot }),
    };
  }

  #find({ entity }: AuthorizedEntity) {
    const snapshot = this.#store.current();
    const { workloads } = findWorkloads({
      entity,
      snapshot,
      sources: this.sources(),
    });
    return {
      snapshot,
      workloads,
      exposures: findExposures(workloads, this.#tables),
    };
  }

  async fleetFindings(query: FindingsQuery): Promise<FleetFindings> {
    return readFleetFindings(
      await this.#fleet.read(this.#store.current()),
      query,
    );
  }

  async fleetExposures(query: ExposuresQuery): Promise<FleetExposures> {
    return readFleetExposures(
      await this.#fleet.read(this.#store.current()),
      query,
    );
  }

  async entityAccess(authorized: AuthorizedEntity): Promise<EntityAccess> {
    const { entity, entityRef, mayReadAccess, mayReadHolders } = authorized;
    const now = this.#now();
    const snapshot = this.#store.current();
    const sources = this.#store.sources(now);
    const found = findWorkloads({ entity, snapshot, sources });
    const exposures = findExposures(found.workloads, this.#tables);
    const clients = mayReadAccess
      ? await readClients({ entity, snapshot, sources, mayReadHolders, now })
      : undefined;
    const shown = await readExposures({
      exposures,
      snapshot,
      mayReadAccess,
      holders: new RoleHolderReader({ mayReadHolders }),
    });
    this.#countVerdicts(shown);
    return {
      entityRef,
      snapshotVersion: snapshot.version,
      builtAt: snapshot.builtAt.toISOString(),
      sources,
      missingAnnotations: [
        ...found.missingAnnotations,
        ...(clients?.missingAnnotations ?? []),
      ],
      notices: [
        ...found.notices,
        ...(clients?.notices ?? []),
        ...(mayReadAccess ? [] : [ACCESS_HIDDEN]),
      ],
      workloads: found.workloads.map(item => workloadOf(item, mayReadAccess)),
      exposures: shown,
      policies: mayReadAccess
        ? uniqueByRef([
            ...exposures.flatMap(({ cluster, exposure }) =>
              readPolicies({ cluster, proxy: exposure.proxy, at: 'gateway' }),
            ),
            ...found.workloads.flatMap(({ cluster, workload }) =>
              readPolicies({
                cluster,
                proxy: proxyOf(workload),
                at: 'workload',
              }),
            ),
          ])
        : [],
      clients: withOpenings(clients?.clients ?? [], snapshot, shown),
      findings: mayReadAccess
        ? this.#findings.read({ workloads: found.workloads, exposures })
        : [],
    };
  }

  /** The share of unknown among all verdicts tells how much of the fleet is out of sight. */
  #countVerdicts(exposures: Exposure[]) {
    for (const { access } of exposures) {
      for (const { verdict } of access.flatMap(({ callers }) => callers)) {
        this.#metrics.verdicts.add(1, { verdict });
      }
    }
  }
}

function withOpenings(
  clients: Client[],
  snapshot: Snapshot,
  exposures: Exposure[],
): Client[] {
  return clients.map(client => {
    const realm = findRealm(snapshot, client);
    return realm
      ? {
          ...client,
          roles: client.roles.map(role => ({
            ...role,
            opens: roleOpenings({
              role: { client: client.clientId, name: role.name },
              graph: realm.graph,
              exposures,
            }),
          })),
        }
      : client;
  });
}

function workloadOf(
  { cluster, workload }: FoundWorkload,
  mayReadAccess: boolean,
): Workload {
  const { mesh } = cluster;
  return toWorkload({
    cluster,
    workload,
    mtls: peerAuthenticationFor(mesh, workload),
    jwtRules: mayReadAccess ? jwtRulesFor(mesh, proxyOf(workload)) : [],
  });
}

/** Several workloads and gateways share policies. */
function uniqueByRef(policies: Policy[]): Policy[] {
  const byRef = new Map<string, Policy>();
  for (const policy of policies) {
    const { source, kind, namespace, name } = policy.ref;
    const key = [policy.at, source, kind, namespace, name].join('|');
    byRef.set(key, policy);
  }
  return [...byRef.values()];
}
