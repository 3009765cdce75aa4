import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';

interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [key: string]: unknown };
  [key: string]: unknown;
}

interface Stored {
  resource: string;
  object: KubernetesObject;
}

interface Change {
  version: number;
  resource: string;
  type: string;
  object: KubernetesObject;
}

interface Watcher {
  resource: string;
  response: ServerResponse;
}

const SERVED: Record<string, Record<string, string[]>> = {
  'security.istio.io': {
    v1: [
      'authorizationpolicies',
      'requestauthentications',
      'peerauthentications',
    ],
  },
  'networking.istio.io': {
    v1: ['gateways', 'virtualservices', 'serviceentries'],
    v1alpha3: ['envoyfilters', 'gateways'],
  },
};

const KIND_OF: Record<string, { apiVersion: string; kind: string }> = {
  'authorizationpolicies.security.istio.io': {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
  },
  'virtualservices.networking.istio.io': {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
  },
  pods: { apiVersion: 'v1', kind: 'Pod' },
  configmaps: { apiVersion: 'v1', kind: 'ConfigMap' },
};

/**
 * A server that speaks the list and watch protocol of Kubernetes behind the address of the Kubernetes plugin's proxy, with the ways in
 * which real ones fail.
 */
export class FakeKubernetes {
  readonly requests: string[] = [];
  clusters: { name: string; authProvider: string }[] = [
    { name: 'test', authProvider: 'serviceAccount' },
  ];
  /** Resources that answer 403. */
  readonly forbidden = new Set<string>();
  /** Status that every request gets, when set. */
  outage: number | undefined;
  served = structuredClone(SERVED);
  pageSize = 2;
  readonly #server: Server;
  readonly #objects = new Map<string, Stored>();
  readonly #changes: Change[] = [];
  readonly #watchers = new Set<Watcher>();
  #version = 1;
  #compacted = 0;

  private constructor() {
    this.#server = createServer((request, response) =>
      this.#handle(request, response),
    );
  }

  static async start(): Promise<FakeKubernetes> {
    const fake = new FakeKubernetes();
    await new Promise<void>(resolve =>
      fake.#server.listen(0, '127.0.0.1', resolve),
    );
    return fake;
  }

  /** What the discovery service says for the plugin `kubernetes`. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/api/kubernetes`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  apply(resource: string, object: KubernetesObject) {
    const key = `${resource}/${object.metadata.namespace}/${object.metadata.name}`;
    const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED';
    const stored = this.#stamp(object);
    this.#objects.set(key, { resource, object: stored });
    this.#emit({ type, resource, object: stored });
  }

  delete(resource: string, namespace: string, name: string) {
    const key = `${resource}/${namespace}/${name}`;
    const stored = this.#objects.get(key);
    if (stored) {
      this.#objects.delete(key);
      this.#emit({
        type: 'DELETED',
        resource,
        object: this.#stamp(stored.object),
      });
    }
  }

  /** Forgets all changes so far, as etcd does when it compacts. */
  compact() {
    this.#compacted = this.#version;
    this.#changes.length = 0;
  }

  /** Cuts the connections of all watches, in the middle of an event. */
  cutWatches() {
    for (const { response } of this.#watchers) {
      response.write('{"type":"ADDED","object":{"apiVers');
      response.destroy();
    }
    this.#watchers.clear();
  }

  bookmark() {
    for (const watcher of this.#watchers) {
      watcher.response.write(
        `${JSON.stringify({
          type: 'BOOKMARK',
          object: { metadata: { resourceVersion: String(this.#version) } },
        })}\n`,
      );
    }
  }

  #stamp(object: KubernetesObject): KubernetesObject {
    this.#version++;
    return {
      ...object,
      metadata: {
        ...object.metadata,
        resourceVersion: String(this.#version),
        managedFields: [{ manager: 'test' }],
      },
    };
  }

  #emit(change: Omit<Change, 'version'>) {
    const entry = { ...change, version: this.#version };
    this.#changes.push(entry);
    for (const watcher of this.#watchers) {
      this.#send(watcher, entry);
    }
  }

  #send(watcher: Watcher, change: Change) {
    const { type, object, resource } = change;
    if (resource === watcher.resource) {
      watcher.response.write(`${JSON.stringify({ type, object })}\n`);
    }
  }

  #handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, this.url);
    const path = url.pathname.replace('/api/kubernetes', '');
    this.requests.push(`${path}${url.search}`);
    const json = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (this.outage) {
      json(this.outage, { message: 'outage' });
    } else if (!request.headers.authorization?.startsWith('Bearer ')) {
      json(401, {});
    } else if (path === '/clusters') {
      json(200, { items: this.clusters });
    } else if (
      !this.clusters.some(
        ({ name }) => name === request.headers['backstage-kubernetes-cluster'],
      )
    ) {
      json(404, {});
    } else {
      this.#handleCluster(path.replace('/proxy', ''), url, json, response);
    }
  }

  #handleCluster(
    path: string,
    url: URL,
    json: (status: number, body: unknown) => void,
    response: ServerResponse,
  ) {
    const [, root, ...parts] = path.split('/');
    if (root === 'version') {
      json(200, { major: '1' });
      return;
    }
    const [group, version, ...rest] = root === 'api' ? ['', ...parts] : parts;
    if (group && !this.served[group]) {
      json(404, {});
    } else if (group && !version) {
      json(200, {
        versions: Object.keys(this.served[group]).map(v => ({ version: v })),
      });
    } else if (group && rest.length === 0) {
      json(200, {
        resources: this.served[group][version].map(name => ({ name })),
      });
    } else if (rest[0] === 'namespaces' && rest.length === 4) {
      const [, namespace, resource, name] = rest;
      const stored = this.#objects.get(`${resource}/${namespace}/${name}`);
      if (this.forbidden.has(resource)) {
        json(403, { message: 'no' });
      } else {
        json(stored ? 200 : 404, stored?.object ?? { code: 404 });
      }
    } else {
      const resource = rest[rest.length - 1];
      const name = group ? `${resource}.${group}` : resource;
      if (this.forbidden.has(name)) {
        json(403, { message: 'no' });
      } else if (url.searchParams.get('watch')) {
        this.#watch(name, url, response);
      } else {
        this.#list(name, url, json);
      }
    }
  }

  #list(
    resource: string,
    url: URL,
    json: (status: number, body: unknown) => void,
  ) {
    const all = [...this.#objects.values()]
      .filter(stored => stored.resource === resource)
      .map(({ object: { apiVersion, kind, ...item } }) => item);
    const [from, at] = (url.searchParams.get('continue') ?? '0:0')
      .split(':')
      .map(Number);
    if (at && at < this.#compacted) {
      json(410, { code: 410 });
      return;
    }
    const size = url.searchParams.has('limit') ? this.pageSize : all.length;
    const next = from + size;
    json(200, {
      apiVersion: KIND_OF[resource]?.apiVersion ?? 'v1',
      kind: `${KIND_OF[resource]?.kind ?? 'Thing'}List`,
      metadata: {
        resourceVersion: String(this.#version),
        ...(next < all.length && { continue: `${next}:${this.#version}` }),
      },
      items: all.slice(from, next),
    });
  }

  #watch(resource: string, url: URL, response: ServerResponse) {
    const since = Number(url.searchParams.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (since < this.#compacted) {
      response.end(
        `${JSON.stringify({
          type: 'ERROR',
          object: { code: 410, metadata: {} },
        })}\n`,
      );
      return;
    }
    // The backend in front of the cluster compresses for those who take it, and its compressor holds small events back.
    if (response.req.headers['accept-encoding'] !== 'identity') {
      return;
    }
    const watcher: Watcher = {
      resource,
      response,
    };
    for (const change of this.#changes.filter(
      ({ version }) => version > since,
    )) {
      this.#send(watcher, change);
    }
    this.#watchers.add(watcher);
    response.on('close', () => this.#watchers.delete(watcher));
  }
}
