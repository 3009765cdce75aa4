import { jwtRulesFor, peerAuthenticationFor } from '@mesh-auth/access-model';
import type {
  EntityAccess,
  Notice,
  Source,
  Workload,
} from '@mesh-auth/plugin-mesh-auth-common';
import { meshAuthAccessReadPermission } from '@mesh-auth/plugin-mesh-auth-common';
import type { AuthorizedEntity } from '../auth/EntityAuthorizer';
import type { MeshAuthMetrics } from '../metrics';
import type { SnapshotStore } from '../snapshot/SnapshotStore';
import { findWorkloads, FoundWorkload } from './findWorkloads';
import type { MeshAuthService } from './MeshAuthService';
import { readClients } from './readClients';
import { toWorkload } from './toApi';

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

  async entityAccess(authorized: AuthorizedEntity): Promise<EntityAccess> {
    const { entity, entityRef, mayReadAccess, mayReadHolders } = authorized;
    const now = this.#now();
    const snapshot = this.#store.current();
    const sources = this.#store.sources(now);
    const found = findWorkloads({ entity, snapshot, sources });
    const clients = mayReadAccess
      ? await readClients({ entity, snapshot, sources, mayReadHolders, now })
      : undefined;
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
      exposures: [],
      policies: [],
      clients: clients?.clients ?? [],
      findings: [],
    };
  }
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
    jwtRules: mayReadAccess
      ? jwtRulesFor(mesh, {
          kind: 'workload',
          namespace: workload.namespace,
          labels: workload.labels,
        })
      : [],
  });
}
