import { mockServices } from '@backstage/backend-test-utils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import type {
  MeshAuthSource,
  SourceReading,
} from '@mesh-auth/plugin-mesh-auth-node';
import { createMetrics } from '../../metrics';
import { waitFor } from '../../__testUtils__/waitFor';
import { FakeKubernetes } from './__testUtils__/FakeKubernetes';
import { Backoff } from './Backoff';
import { ClusterConfig, ClusterDiscovery } from './ClusterDiscovery';
import { KubernetesApi } from './KubernetesApi';

const meshConfigMap = { namespace: 'istio-system', name: 'istio' };

describe('ClusterDiscovery', () => {
  let kubernetes: FakeKubernetes;
  let discovery: ClusterDiscovery;
  const sources = new Map<string, MeshAuthSource>();
  const readings = new Map<string, SourceReading>();

  function startDiscovery(clusters: ClusterConfig[] | undefined) {
    discovery = new ClusterDiscovery({
      clusters,
      api: new KubernetesApi({
        auth: mockServices.auth(),
        discovery: mockServices.discovery.mock({
          getBaseUrl: async () => kubernetes.url,
        }),
      }),
      logger: mockServices.logger.mock({
        child: () => mockServices.logger.mock(),
      }),
      metrics: createMetrics(metricsServiceMock.mock()),
      add: source => {
        sources.get(source.id)?.stop();
        sources.set(source.id, source);
        source.start(reading => readings.set(source.id, reading));
      },
      remove: id => sources.delete(id),
      createBackoff: () =>
        new Backoff({ firstMilliseconds: 10, longestMilliseconds: 50 }),
    });
    discovery.start();
  }

  beforeEach(async () => {
    kubernetes = await FakeKubernetes.start();
    kubernetes.clusters = [
      { name: 'one', authProvider: 'serviceAccount' },
      { name: 'two', authProvider: 'oidc' },
    ];
  });

  afterEach(async () => {
    await discovery.stop();
    await Promise.all([...sources.values()].map(source => source.stop()));
    await kubernetes.stop();
    sources.clear();
    readings.clear();
  });

  it('takes all clusters by default and names those that need the token of a user', async () => {
    startDiscovery(undefined);
    await waitFor(() =>
      expect(readings.get('cluster:one')?.state).toBe('live'),
    );
    expect(readings.get('cluster:two')).toEqual({
      state: 'unavailable',
      message: expect.stringMatching(/user's own token \(auth provider oidc\)/),
      warnings: [],
    });
  });

  it('keeps to the clusters that are configured and names the one that is unknown', async () => {
    startDiscovery([
      { name: 'one', meshConfigMap },
      { name: 'nine', meshConfigMap },
    ]);
    await waitFor(() =>
      expect(readings.get('cluster:one')?.state).toBe('live'),
    );
    expect(readings.get('cluster:nine')?.message).toBe(
      'The Kubernetes plugin has no cluster of this name',
    );
    expect([...sources.keys()]).toEqual(['cluster:one', 'cluster:nine']);
  });

  it('shows configured clusters while the Kubernetes plugin is away, and recovers', async () => {
    kubernetes.outage = 500;
    startDiscovery([{ name: 'one', meshConfigMap }]);
    await waitFor(() =>
      expect(readings.get('cluster:one')?.message).toBe(
        'The Kubernetes plugin cannot be reached',
      ),
    );
    kubernetes.outage = 404;
    await waitFor(() =>
      expect(readings.get('cluster:one')?.message).toBe(
        'The Kubernetes plugin is not installed',
      ),
    );
    kubernetes.outage = undefined;
    await waitFor(() =>
      expect(readings.get('cluster:one')?.state).toBe('live'),
    );
  });

  it('asks nothing when clusters are turned off', async () => {
    startDiscovery([]);
    await discovery.stop();
    expect(kubernetes.requests).toEqual([]);
  });
});
