import { mockServices } from '@backstage/backend-test-utils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { MeshObject, readRealm } from '@mesh-auth/access-model';
import type {
  MeshAuthSource,
  SourceReading,
} from '@mesh-auth/plugin-mesh-auth-node';
import { createMetrics } from '../metrics';
import { waitFor } from '../__testUtils__/waitFor';
import { SnapshotStore } from './SnapshotStore';

class ManualSource implements MeshAuthSource {
  readonly kind = 'other';
  readonly title = 'Manual';
  stopped = false;
  publish: (reading: SourceReading) => void = () => {};
  constructor(readonly id: string) {}
  start(publish: (reading: SourceReading) => void) {
    this.publish = publish;
  }
  async stop() {
    this.stopped = true;
  }
}

function service(name: string): MeshObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop' },
    spec: { ports: [{ port: 80 }] },
  };
}

describe('SnapshotStore', () => {
  const logger = mockServices.logger.mock();
  let store: SnapshotStore;
  let source: ManualSource;

  const serviceNames = () =>
    store
      .current()
      .clusters.flatMap(({ mesh }) => mesh.services().map(({ name }) => name));

  beforeEach(() => {
    store = new SnapshotStore({
      logger,
      metrics: createMetrics(metricsServiceMock.mock()),
    });
    source = new ManualSource('other:a');
    store.add(source);
  });

  afterEach(() => store.stop());

  it('replaces the snapshot in one step and leaves the old one as it was', async () => {
    const first = store.current();
    const seen: string[] = [];
    const unsubscribe = store.subscribe(({ version }) => seen.push(version));
    source.publish({
      state: 'live',
      warnings: [],
      cluster: { cluster: 'a', objects: [service('one')] },
    });
    source.publish({
      state: 'live',
      warnings: [],
      cluster: { cluster: 'a', objects: [service('one'), service('two')] },
    });
    expect(store.current()).toBe(first);
    await waitFor(() => expect(serviceNames()).toEqual(['one', 'two']));
    const second = store.current();
    expect(seen).toEqual([second.version]);
    expect(second.version).not.toBe(first.version);
    expect(first.clusters).toEqual([]);

    unsubscribe();
    source.publish({
      state: 'live',
      warnings: [],
      cluster: { cluster: 'a', objects: [service('three')] },
    });
    await waitFor(() => expect(serviceNames()).toEqual(['three']));
    expect(seen).toHaveLength(1);
    expect(second.clusters[0].mesh.services()).toHaveLength(2);
  });

  it('keeps the snapshot when only the state changes, and tells state and age', async () => {
    const objects = [service('one')];
    source.publish({
      state: 'live',
      warnings: [],
      cluster: { cluster: 'a', objects },
    });
    await waitFor(() => expect(serviceNames()).toEqual(['one']));
    const { version } = store.current();
    const now = new Date('2026-01-01T00:01:00Z');
    expect(store.sources(now)).toEqual([
      {
        id: 'other:a',
        kind: 'other',
        title: 'Manual',
        state: 'live',
        observedAt: now.toISOString(),
        ageSeconds: 0,
        warnings: [],
      },
    ]);
    source.publish({
      state: 'stale',
      observedAt: new Date('2026-01-01T00:00:00Z'),
      message: 'The cluster cannot be reached',
      warnings: [],
      cluster: { cluster: 'a', objects },
    });
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(store.current().version).toBe(version);
    expect(store.sources(now)[0]).toEqual(
      expect.objectContaining({
        state: 'stale',
        ageSeconds: 60,
        message: 'The cluster cannot be reached',
      }),
    );
  });

  it('derives only the part of the source that changed', async () => {
    const realm = new ManualSource('other:realm');
    store.add(realm);
    source.publish({
      state: 'live',
      warnings: [],
      cluster: { cluster: 'a', objects: [service('one')] },
    });
    realm.publish({
      state: 'live',
      warnings: [],
      realm: { instance: 'main', realm: readRealm({ realm: 'shop' }) },
    });
    await waitFor(() => expect(store.current().realms).toHaveLength(1));
    const { mesh } = store.current().clusters[0];
    realm.publish({
      state: 'live',
      warnings: [],
      realm: { instance: 'main', realm: readRealm({ realm: 'store' }) },
    });
    await waitFor(() =>
      expect(store.current().realms[0].reading.realm.realm).toBe('store'),
    );
    expect(store.current().clusters[0].mesh).toBe(mesh);
  });

  it('survives data that cannot be used, and names the source', async () => {
    const other = new ManualSource('other:b');
    store.add(other);
    other.publish({
      state: 'live',
      warnings: [],
      cluster: { cluster: 'b', objects: [service('fine')] },
    });
    source.publish({
      state: 'live',
      warnings: [],
      cluster: { cluster: 'a', objects: [undefined as any] },
    });
    await waitFor(() => expect(serviceNames()).toEqual(['fine']));
    expect(store.sources()[0]).toEqual(
      expect.objectContaining({
        state: 'unavailable',
        message: 'The data of the source cannot be used; see the log',
      }),
    );
  });

  it('stops a source that is replaced or removed, and hears it no more', async () => {
    const next = new ManualSource('other:a');
    store.add(next);
    expect(source.stopped).toBe(true);
    source.publish({
      state: 'live',
      warnings: [],
      cluster: { cluster: 'a', objects: [service('old')] },
    });
    next.publish({
      state: 'live',
      warnings: [],
      cluster: { cluster: 'a', objects: [service('new')] },
    });
    await waitFor(() => expect(serviceNames()).toEqual(['new']));
    store.remove('other:a');
    await waitFor(() => expect(serviceNames()).toEqual([]));
    expect(store.sources()).toEqual([]);
  });
});
