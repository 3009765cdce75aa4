import { AccessRow, accessTable } from '../access';
import { inClass } from '../access/pathClasses';
import { RoleRef } from '../identity';
import { Mesh } from '../mesh';
import { WhoCanRequest } from './types';
import { Way, waysOf } from './way';

/**
 * The rows of the access tables that speak of a request.
 *
 * @internal
 */
export function rowsOf(
  mesh: Mesh,
  ways: readonly Way[],
  { method, path }: Required<WhoCanRequest>,
): AccessRow[] {
  const [plain] = path.split('?');
  return ways.flatMap(({ exposures }) => {
    for (const exposure of exposures) {
      const row = accessTable(mesh, exposure).find(
        ({ methods, path: pathClass }) =>
          inClass(pathClass, plain) &&
          (methods.length === 0 || methods.includes(method)),
      );
      if (row) {
        return [row];
      }
    }
    return [];
  });
}

/** A request with its defaults. @internal */
export function complete(request: WhoCanRequest): Required<WhoCanRequest> {
  return {
    host: request.host,
    method: request.method ?? 'GET',
    path: request.path ?? '/',
  };
}

/**
 * The roles that policies on the way of a request ask for.
 *
 * @internal
 */
export function rolesAskedFor(mesh: Mesh, request: WhoCanRequest): RoleRef[] {
  const asked = complete(request);
  return rowsOf(mesh, waysOf(mesh, asked), asked).flatMap(({ roles }) =>
    roles.map(({ client, name }) =>
      client === undefined ? { name } : { client, name },
    ),
  );
}
