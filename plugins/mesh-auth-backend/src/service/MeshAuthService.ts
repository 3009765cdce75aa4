import type {
  EntityAccess,
  ExplainQuestion,
  Explanation,
  FleetExposures,
  FleetFindings,
  HostExposures,
  Source,
  WhoCan,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { AuthorizedEntity } from '../auth/EntityAuthorizer';
import type { ExposuresQuery, FindingsQuery } from './readFleet';

/**
 * The answers of the plugin, for callers whose rights were checked.
 *
 * @internal
 */
export interface MeshAuthService {
  /** Where an entity is reachable and who may call it, as far as the caller may see. */
  entityAccess(authorized: AuthorizedEntity): Promise<EntityAccess>;
  /**
   * What becomes of one request to an entity, and why.
   *
   * @throws NotFoundError when the entity is not reachable at the address
   */
  explain(authorized: AuthorizedEntity, question: ExplainQuestion): Explanation;
  /**
   * Who can send one request to an entity.
   *
   * @throws NotFoundError when the entity is not reachable at the address, or the realm is not read
   */
  whoCan(
    authorized: AuthorizedEntity,
    request: { url: string; method: string },
  ): WhoCan;
  /** What serves a host today, whoever owns it. */
  hostExposures(host: string): HostExposures;
  /** A page of the findings of all clusters. */
  fleetFindings(query: FindingsQuery): Promise<FleetFindings>;
  /** A page of the exposures of all clusters. */
  fleetExposures(query: ExposuresQuery): Promise<FleetExposures>;
  /** The sources with their state at this moment. */
  sources(): Source[];
}
