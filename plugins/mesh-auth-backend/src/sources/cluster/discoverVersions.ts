import { KubernetesApi, KubernetesApiError } from './KubernetesApi';
import { resourceName, WatchedKind } from './watchedKinds';

interface ApiGroup {
  versions?: { version: string }[];
}

interface ApiResourceList {
  resources?: { name: string }[];
}

const NOT_FOUND = 404;

async function getIfServed<T>(
  api: KubernetesApi,
  options: { cluster: string; path: string; signal: AbortSignal },
): Promise<T | undefined> {
  try {
    return await api.get<T>(options);
  } catch (error) {
    if (error instanceof KubernetesApiError && error.status === NOT_FOUND) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Asks a cluster which of the kinds it serves, and in which version the model can read them. A kind that is not
 * served (no Istio, no Gateway API) is absent from the answer.
 *
 * @returns by resource name, `virtualservices.networking.istio.io` to `v1`
 * @throws KubernetesApiError and connection errors
 *
 * @internal
 */
export async function discoverVersions(options: {
  api: KubernetesApi;
  cluster: string;
  kinds: WatchedKind[];
  signal: AbortSignal;
}): Promise<Map<string, string>> {
  const { api, cluster, kinds, signal } = options;
  const found = new Map<string, string>();
  for (const group of new Set(kinds.map(kind => kind.group))) {
    const wanted = kinds.filter(kind => kind.group === group);
    if (group === '') {
      wanted.forEach(kind => found.set(resourceName(kind), kind.versions[0]));
      continue;
    }
    const answer = await getIfServed<ApiGroup>(api, {
      cluster,
      path: `/apis/${group}`,
      signal,
    });
    const served = new Set(answer?.versions?.map(({ version }) => version));
    for (const version of wanted[0].versions.filter(v => served.has(v))) {
      const list = await getIfServed<ApiResourceList>(api, {
        cluster,
        path: `/apis/${group}/${version}`,
        signal,
      });
      const resources = new Set(list?.resources?.map(({ name }) => name));
      for (const kind of wanted) {
        const name = resourceName(kind);
        if (resources.has(kind.resource) && !found.has(name)) {
          found.set(name, version);
        }
      }
    }
  }
  return found;
}
