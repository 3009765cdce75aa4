import {
  jwtRulesFor,
  loginWallOf,
  Mesh,
  ObjectRef as ModelObjectRef,
  RouteExposure,
} from '@mesh-auth/access-model';
import type { LoginWallState } from '@mesh-auth/plugin-mesh-auth-common';
import { realmOfIssuer } from './realmOfIssuer';
import type { TabledExposure } from './AccessTables';

/**
 * The external authoriser in front of an exposure.
 *
 * @internal
 */
export interface WallReading {
  state: LoginWallState;
  provider?: string;
  /** Where the provider sends people to log in, as far as its tokens tell. */
  description?: string;
  policy?: ModelObjectRef;
  exceptPaths: string[];
}

/**
 * Reads the login wall of an exposure, which is unknown where it cannot be told what becomes of a caller without a
 * session.
 *
 * @internal
 */
export function readLoginWall(
  mesh: Mesh,
  { exposure, rows }: TabledExposure,
): WallReading {
  // A listener that sends everything to https asks nobody; the wall stands behind it.
  if (exposure.httpsRedirect) {
    return { state: 'none', exceptPaths: [] };
  }
  const wall = loginWallOf(mesh, exposure);
  const blind = rows.some(({ callers }) =>
    callers.some(
      ({ caller, verdict }) => caller === 'anonymous' && verdict === 'unknown',
    ),
  );
  return {
    ...wall,
    state: wall.state !== 'none' && blind ? 'unknown' : wall.state,
    description:
      wall.provider === undefined
        ? undefined
        : descriptionOf(mesh, exposure, wall.provider),
    exceptPaths: [
      ...new Set(wall.exceptPaths.map(({ value }) => value || '/')),
    ],
  };
}

/** The provider's realm shows in the tokens that it adds: some rule on the way reads them and names their issuer. */
function descriptionOf(
  mesh: Mesh,
  exposure: RouteExposure,
  name: string,
): string | undefined {
  const provider = mesh.meshConfig.extensionProviders.find(
    item => item.name === name,
  );
  const added = new Set(
    provider?.headersToUpstreamOnAllow.map(header => header.toLowerCase()),
  );
  const behind = exposure.destinations.flatMap(({ service }) =>
    service?.selector
      ? jwtRulesFor(mesh, {
          kind: 'workload',
          namespace: service.namespace,
          labels: service.selector,
        })
      : [],
  );
  const issuers = new Set(
    [...jwtRulesFor(mesh, exposure.proxy), ...behind]
      .filter(({ locations }) =>
        locations.some(
          location => location.in === 'header' && added.has(location.name),
        ),
      )
      .map(({ issuer }) => issuer),
  );
  const [issuer] = issuers;
  if (issuers.size !== 1) {
    return undefined;
  }
  const realm = realmOfIssuer(issuer);
  return realm === undefined ? issuer : `Keycloak realm ${realm}`;
}
