import type {
  AuditorService,
  BackstageCredentials,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import type {
  AuthorizedEntity,
  EntityAuthorizer,
} from '../auth/EntityAuthorizer';
import type { MeshAuthMetrics } from '../metrics';
import { observe } from '../observe';
import type { MeshAuthService } from '../service/MeshAuthService';

/** @internal */
export interface ActionDependencies {
  service: MeshAuthService;
  authorizer: EntityAuthorizer;
  auditor: AuditorService;
  metrics: MeshAuthMetrics;
}

/** The description of the input that all actions share. */
export const ENTITY_REF =
  'Reference of the catalog entity, for example "component:default/payments"; kind and namespace may be left out for components in the namespace default';

function parse(entityRef: string) {
  try {
    return parseEntityRef(entityRef, {
      defaultKind: 'component',
      defaultNamespace: 'default',
    });
  } catch {
    throw new InputError(`'${entityRef}' is not an entity reference`);
  }
}

/**
 * Runs an action on an entity: reads it with the caller's credentials, checks the permissions, and leaves an audit
 * event.
 *
 * @throws NotFoundError, NotAllowedError and InputError, and what the action throws
 *
 * @internal
 */
export async function runForEntity<T>(
  dependencies: ActionDependencies,
  options: {
    operation: string;
    entityRef: string;
    credentials: BackstageCredentials;
    needs?: { access?: boolean; holders?: boolean };
    run: (authorized: AuthorizedEntity) => T | Promise<T>;
  },
): Promise<T> {
  const { operation, entityRef, credentials, needs, run } = options;
  const ref = parse(entityRef);
  const principal = credentials.principal as Partial<BackstageUserPrincipal>;
  return observe(dependencies, {
    operation,
    meta: {
      entityRef: stringifyEntityRef(ref),
      ...(principal.userEntityRef && { caller: principal.userEntityRef }),
    },
    run: async () =>
      run(await dependencies.authorizer.entity({ ref, credentials, needs })),
  });
}
