import { CompoundEntityRef } from '@backstage/catalog-model';
import { createApiRef } from '@backstage/frontend-plugin-api';
import type {
  EntityAccess,
  ExplainQuestion,
  Explanation,
  Source,
  WhoCan,
} from '@mesh-auth/plugin-mesh-auth-common';

/**
 * Reads what the mesh-auth backend knows.
 *
 * Every method rejects with a `ResponseError` when the backend refuses or
 * fails; a source that is down is not an error but part of the answer.
 *
 * @public
 */
export interface MeshAuthApi {
  /** Where an entity is reachable, who may call it, and from which sources that is known. */
  getEntityAccess(entityRef: CompoundEntityRef): Promise<EntityAccess>;
  /** What becomes of one request to an entity, station by station. */
  explainRequest(
    entityRef: CompoundEntityRef,
    question: ExplainQuestion,
  ): Promise<Explanation>;
  /** Who is let in with one request to an entity: people, service accounts, workloads. */
  getWhoCan(
    entityRef: CompoundEntityRef,
    request: { url: string; method: string },
  ): Promise<WhoCan>;
  /** The state of every configured source. */
  getSources(): Promise<Source[]>;
}

/**
 * The {@link MeshAuthApi} of the app.
 *
 * @public
 */
export const meshAuthApiRef = createApiRef<MeshAuthApi>().with({
  id: 'plugin.mesh-auth.client',
  pluginId: 'mesh-auth',
});
