import {
  formatRef,
  jwtRulesFor,
  Mesh,
  ObjectRef as ModelObjectRef,
  policiesFor,
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
 * Reads the login wall off the access table: a path is behind it when a caller without a session is stopped by a CUSTOM
 * policy.
 *
 * @internal
 */
export function loginWallOf(
  mesh: Mesh,
  { exposure, rows }: TabledExposure,
): WallReading {
  const custom = policiesFor(mesh, exposure.proxy).filter(
    ({ action, dryRun }) => action === 'CUSTOM' && !dryRun,
  );
  // A listener that sends everything to https asks nobody; the wall stands behind it.
  if (custom.length === 0 || exposure.httpsRedirect) {
    return { state: 'none', exceptPaths: [] };
  }
  const [{ ref, provider }] = custom;
  const reading = {
    provider,
    policy: ref,
    description: descriptionOf(mesh, exposure.proxy, provider, exposure),
  };
  const names = custom.map(policy => formatRef(policy.ref));
  const open = new Set<string>();
  let walled = 0;
  let unknown = 0;
  for (const { callers, path } of rows) {
    const anonymous = callers.find(({ caller }) => caller === 'anonymous');
    if (!anonymous || anonymous.verdict === 'unknown') {
      unknown++;
    } else if (names.includes(anonymous.decidedBy?.split('#')[0] ?? '')) {
      walled++;
    } else {
      open.add(path.value || '/');
    }
  }
  const exceptPaths = [...open];
  if (unknown > 0) {
    return { ...reading, state: 'unknown', exceptPaths };
  }
  if (open.size === 0) {
    return {
      ...reading,
      state: walled > 0 ? 'required' : 'unknown',
      exceptPaths,
    };
  }
  return walled > 0
    ? { ...reading, state: 'partial', exceptPaths }
    : { state: 'none', exceptPaths: [] };
}

/** The provider's realm shows in the tokens that it adds: some rule on the way reads them and names their issuer. */
function descriptionOf(
  mesh: Mesh,
  proxy: TabledExposure['exposure']['proxy'],
  name: string | undefined,
  exposure: TabledExposure['exposure'],
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
    [...jwtRulesFor(mesh, proxy), ...behind]
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
