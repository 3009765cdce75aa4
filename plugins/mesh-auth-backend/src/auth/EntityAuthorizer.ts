import type {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  CompoundEntityRef,
  Entity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  AuthorizeResult,
  BasicPermission,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  meshAuthAccessReadPermission,
  meshAuthExposureReadPermission,
  meshAuthHoldersReadPermission,
} from '@mesh-auth/plugin-mesh-auth-common';

/**
 * An entity with what the caller may see of its access.
 *
 * @internal
 */
export interface AuthorizedEntity {
  entity: Entity;
  entityRef: string;
  /** mesh-auth.access.read on the entity. */
  mayReadAccess: boolean;
  /** mesh-auth.holders.read on the entity. */
  mayReadHolders: boolean;
}

/**
 * The one place where it is decided what a caller may see: used by the router and by the actions.
 *
 * @internal
 */
export class EntityAuthorizer {
  readonly #catalog: CatalogService;
  readonly #permissions: PermissionsService;

  constructor(options: {
    catalog: CatalogService;
    permissions: PermissionsService;
  }) {
    this.#catalog = options.catalog;
    this.#permissions = options.permissions;
  }

  /**
   * Reads the entity as the caller sees it and decides on the three permissions.
   *
   * @throws NotFoundError when there is no such entity, or when the caller may not know of it
   * @throws NotAllowedError naming the permission, without mesh-auth.exposure.read or one that the caller needs
   */
  async entity(options: {
    ref: CompoundEntityRef;
    credentials: BackstageCredentials;
    /** What is needed beside mesh-auth.exposure.read; without it these only shape the answer. */
    needs?: { access?: boolean; holders?: boolean };
  }): Promise<AuthorizedEntity> {
    const { ref, credentials, needs = {} } = options;
    const entity = await this.#catalog.getEntityByRef(ref, { credentials });
    if (!entity) {
      throw new NotFoundError(`No entity ${stringifyEntityRef(ref)}`);
    }
    const entityRef = stringifyEntityRef(entity);
    const [exposure, access, holders] = await this.#allowed({
      permissions: [
        meshAuthExposureReadPermission,
        meshAuthAccessReadPermission,
        meshAuthHoldersReadPermission,
      ],
      resourceRef: entityRef,
      credentials,
    });
    if (!exposure) {
      throw missing(meshAuthExposureReadPermission);
    }
    if (needs.access && !access) {
      throw missing(meshAuthAccessReadPermission);
    }
    if (needs.holders && !holders) {
      throw missing(meshAuthHoldersReadPermission);
    }
    return {
      entity,
      entityRef,
      mayReadAccess: access,
      mayReadHolders: access && holders,
    };
  }

  /**
   * Demands a permission that is not about an entity.
   *
   * @throws NotAllowedError naming the permission
   */
  async require(options: {
    permission: BasicPermission;
    credentials: BackstageCredentials;
  }): Promise<void> {
    const [decision] = await this.#permissions.authorize(
      [{ permission: options.permission }],
      { credentials: options.credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw missing(options.permission);
    }
  }

  async #allowed(options: {
    permissions: ResourcePermission<'catalog-entity'>[];
    resourceRef: string;
    credentials: BackstageCredentials;
  }): Promise<boolean[]> {
    const decisions = await this.#permissions.authorize(
      options.permissions.map(permission => ({
        permission,
        resourceRef: options.resourceRef,
      })),
      { credentials: options.credentials },
    );
    return decisions.map(({ result }) => result === AuthorizeResult.ALLOW);
  }
}

/**
 * The refusal for want of a permission, in the same words everywhere.
 *
 * @internal
 */
export function missing(permission: { name: string }): NotAllowedError {
  return new NotAllowedError(`Missing permission ${permission.name}`);
}
