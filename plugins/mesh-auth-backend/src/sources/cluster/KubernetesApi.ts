import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';

/** The header by which the Kubernetes plugin's proxy is told the cluster. */
const CLUSTER_HEADER = 'Backstage-Kubernetes-Cluster';
const REQUEST_TIMEOUT_MILLISECONDS = 60_000;

/**
 * A request that the Kubernetes API or the way to it refused.
 *
 * @internal
 */
export class KubernetesApiError extends Error {
  readonly name = 'KubernetesApiError';
  constructor(readonly status: number, path: string) {
    // The body is left out: it may carry parts of objects.
    super(`HTTP ${status} for ${path.split('?')[0]}`);
  }
}

/**
 * The Kubernetes API of one cluster of the Kubernetes plugin, reached through that plugin's proxy with this plugin's
 * own credentials, so that addresses and credentials of clusters stay there.
 *
 * @internal
 */
export class KubernetesApi {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  /**
   * Lists the names of the Kubernetes plugin's clusters with their auth providers.
   *
   * @throws KubernetesApiError on an answer other than 2xx
   */
  async clusters(
    signal: AbortSignal,
  ): Promise<{ name: string; authProvider: string }[]> {
    const response = await this.#request('/clusters', {
      signal: AbortSignal.any([
        signal,
        AbortSignal.timeout(REQUEST_TIMEOUT_MILLISECONDS),
      ]),
    });
    const body = (await response.json()) as {
      items?: { name: string; authProvider: string }[];
    };
    return body.items ?? [];
  }

  /**
   * Reads one JSON document.
   *
   * @param options - `path` with its query, for example `/apis/security.istio.io`
   * @throws KubernetesApiError on an answer other than 2xx
   */
  async get<T>(options: {
    cluster: string;
    path: string;
    signal: AbortSignal;
  }): Promise<T> {
    const response = await this.#request(`/proxy${options.path}`, {
      cluster: options.cluster,
      signal: AbortSignal.any([
        options.signal,
        AbortSignal.timeout(REQUEST_TIMEOUT_MILLISECONDS),
      ]),
    });
    return (await response.json()) as T;
  }

  /**
   * Opens a stream, for watches. Only the signal ends it.
   *
   * @throws KubernetesApiError on an answer other than 2xx
   */
  async stream(options: {
    cluster: string;
    path: string;
    signal: AbortSignal;
  }): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#request(`/proxy${options.path}`, {
      ...options,
      // The backend compresses answers, and a compressor holds events back until it has enough or the watch ends.
      headers: { 'accept-encoding': 'identity' },
    });
    return response.body as ReadableStream<Uint8Array>;
  }

  async #request(
    path: string,
    options: {
      cluster?: string;
      signal: AbortSignal;
      headers?: Record<string, string>;
    },
  ): Promise<Response> {
    const [baseUrl, { token }] = await Promise.all([
      this.#discovery.getBaseUrl('kubernetes'),
      this.#auth.getPluginRequestToken({
        onBehalfOf: await this.#auth.getOwnServiceCredentials(),
        targetPluginId: 'kubernetes',
      }),
    ]);
    const response = await fetch(`${baseUrl}${path}`, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(options.cluster && { [CLUSTER_HEADER]: options.cluster }),
        ...options.headers,
      },
      redirect: 'error',
      signal: options.signal,
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new KubernetesApiError(response.status, path);
    }
    return response;
  }
}
