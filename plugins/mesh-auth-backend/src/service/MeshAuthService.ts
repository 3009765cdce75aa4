import type {
  EntityAccess,
  HostExposures,
  Source,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { AuthorizedEntity } from '../auth/EntityAuthorizer';

/**
 * The answers of the plugin, for callers whose rights were checked.
 *
 * @internal
 */
export interface MeshAuthService {
  /** Where an entity is reachable and who may call it, as far as the caller may see. */
  entityAccess(authorized: AuthorizedEntity): Promise<EntityAccess>;
  /** What serves a host today, whoever owns it. */
  hostExposures(host: string): HostExposures;
  /** The sources with their state at this moment. */
  sources(): Source[];
}
