import {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { isError, ResponseError } from '@backstage/errors';
import {
  HostExposure,
  HostExposures,
  MeshAuthClient,
  Source,
} from '@mesh-auth/plugin-mesh-auth-common';
import { HostClaims, HostLookup } from './HostLookup';

const TIMEOUT_MS = 15_000;

/**
 * Asks the mesh-auth backend, on behalf of the person who runs the template.
 *
 * @internal
 */
export class MeshAuthHostLookup implements HostLookup {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  async claimsOf(options: {
    host: string;
    credentials: BackstageCredentials;
    signal?: AbortSignal;
  }): Promise<HostClaims> {
    try {
      return toClaims(await this.#ask(options));
    } catch (error) {
      options.signal?.throwIfAborted();
      return {
        claims: [],
        unverified: `the mesh-auth backend did not answer: ${
          isError(error) ? error.message : String(error)
        }`,
      };
    }
  }

  async #ask(options: {
    host: string;
    credentials: BackstageCredentials;
    signal?: AbortSignal;
  }): Promise<HostExposures> {
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: options.credentials,
      targetPluginId: 'mesh-auth',
    });
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const signal = options.signal
      ? AbortSignal.any([options.signal, timeout])
      : timeout;
    const client = new MeshAuthClient({
      discoveryApi: this.#discovery,
      fetchApi: {
        fetch: (input, init) => fetch(input, { ...init, signal }),
      },
    });
    const response = await client.getHostExposures(
      { query: { host: options.host } },
      { token },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response as Response);
    }
    return await response.json();
  }
}

function toClaims(answer: HostExposures): HostClaims {
  const meshes = answer.sources.filter(
    source =>
      source.kind !== 'keycloak-realm' && source.kind !== 'realm-export',
  );
  const unseen = meshes.filter(source => source.state !== 'live');
  const claims = answer.exposures.map(exposure => ({
    owner: ownerOf(exposure, meshes),
    path: pathOf(exposure),
  }));
  if (meshes.length === 0) {
    return { claims, unverified: 'no cluster and no folder is configured' };
  }
  return unseen.length === 0
    ? { claims }
    : {
        claims,
        unverified: unseen
          .map(
            source =>
              `${source.title} is ${source.state}${
                source.message ? ` (${source.message})` : ''
              }`,
          )
          .join('; '),
      };
}

function ownerOf({ route }: HostExposure, sources: Source[]): string {
  const source = sources.find(({ id }) => id === route.source);
  const name = route.namespace
    ? `${route.namespace}/${route.name}`
    : route.name;
  return `${route.kind} ${name} in ${source?.title ?? route.source}`;
}

function pathOf({ path }: HostExposure): string {
  const known =
    path.type === 'exact' ||
    path.type === 'prefix' ||
    path.type === 'segmentPrefix';
  // A pattern may take any path.
  return known ? path.value.replace(/(?<=.)\/$/, '') : '/';
}
