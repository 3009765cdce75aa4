import { mockServices } from '@backstage/backend-test-utils';
import type { SourceReading } from '@mesh-auth/plugin-mesh-auth-node';
import { waitFor } from '../../__testUtils__/waitFor';
import { createMetrics } from '../../metrics';
import { FakeKubernetes } from './__testUtils__/FakeKubernetes';
import { Backoff } from './Backoff';
import { ClusterSource } from './ClusterSource';
import { KubernetesApi } from './KubernetesApi';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';

const POLICIES = 'authorizationpolicies.security.istio.io';

function policy(name: string, spec: object = {}) {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace: 'shop' },
    spec,
  };
}

describe('ClusterSource', () => {
  let kubernetes: FakeKubernetes;
  let source: ClusterSource;
  let readings: SourceReading[];

  const last = () => readings[readings.length - 1];
  const names = () =>
    (last().cluster?.objects ?? [])
      .map(object => `${object.kind}/${object.metadata.name}`)
      .sort();

  function startSource() {
    source = new ClusterSource({
      cluster: 'test',
      meshConfigMap: { namespace: 'istio-system', name: 'istio' },
      api: new KubernetesApi({
        auth: mockServices.auth(),
        discovery: mockServices.discovery.mock({
          getBaseUrl: async () => kubernetes.url,
        }),
      }),
      logger: mockServices.logger.mock(),
      metrics: createMetrics(metricsServiceMock.mock()),
      probeMilliseconds: 100,
      discoveryMilliseconds: 200,
      pollMilliseconds: 50,
      createBackoff: () =>
        new Backoff({ firstMilliseconds: 10, longestMilliseconds: 50 }),
    });
    source.start(reading => readings.push(reading));
  }

  beforeEach(async () => {
    readings = [];
    kubernetes = await FakeKubernetes.start();
  });

  afterEach(async () => {
    await source.stop();
    await kubernetes.stop();
  });

  it('lists in pages, watches, and leaves out what the cluster does not serve', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      kubernetes.apply(POLICIES, policy(name));
    }
    startSource();
    expect(last().state).toBe('loading');
    await waitFor(() => expect(last().state).toBe('live'));
    expect(names()).toEqual(
      ['a', 'b', 'c', 'd', 'e'].map(name => `AuthorizationPolicy/${name}`),
    );
    expect(kubernetes.requests.join('\n')).toContain('continue=');
    expect(kubernetes.requests.join('\n')).not.toContain('httproutes');
    expect(kubernetes.requests.join('\n')).not.toContain('secrets');

    kubernetes.apply(POLICIES, policy('f'));
    kubernetes.delete(POLICIES, 'shop', 'a');
    await waitFor(() =>
      expect(names()).toEqual(
        ['b', 'c', 'd', 'e', 'f'].map(name => `AuthorizationPolicy/${name}`),
      ),
    );
    expect(kubernetes.requests).toContainEqual(
      expect.stringMatching(
        /authorizationpolicies\?watch=1&allowWatchBookmarks=true&timeoutSeconds=\d+&resourceVersion=\d+$/,
      ),
    );
  });

  it('keeps nothing of a pod that could be secret, and only the named ConfigMap', async () => {
    kubernetes.apply('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'shop', labels: { app: 'p' } },
      spec: {
        serviceAccountName: 'p',
        containers: [
          {
            name: 'main',
            ports: [{ containerPort: 8080 }],
            env: [{ name: 'PASSWORD', value: 'hunter2' }],
          },
        ],
      },
    });
    kubernetes.apply('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'other', namespace: 'istio-system' },
      data: { password: 'hunter2' },
    });
    kubernetes.apply('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system' },
      data: { mesh: 'rootNamespace: istio-system' },
    });
    startSource();
    await waitFor(() => expect(last().state).toBe('live'));
    expect(names()).toEqual(['ConfigMap/istio', 'Pod/p']);
    expect(kubernetes.requests).toContain(
      '/proxy/api/v1/namespaces/istio-system/configmaps/istio',
    );
    expect(kubernetes.requests.join('\n')).not.toContain('configmaps?');
    expect(JSON.stringify(last())).not.toContain('hunter2');
    expect(last().cluster?.objects).toContainEqual(
      expect.objectContaining({
        kind: 'Pod',
        spec: {
          serviceAccountName: 'p',
          containers: [{ name: 'main', ports: [{ containerPort: 8080 }] }],
        },
      }),
    );
  });

  it('goes on after cut watches, compaction and an outage, without losing a change', async () => {
    kubernetes.apply(POLICIES, policy('a'));
    startSource();
    await waitFor(() => expect(last().state).toBe('live'));

    kubernetes.cutWatches();
    kubernetes.apply(POLICIES, policy('b'));
    await waitFor(() => expect(names()).toContain('AuthorizationPolicy/b'));

    kubernetes.cutWatches();
    kubernetes.apply(POLICIES, policy('c'));
    kubernetes.delete(POLICIES, 'shop', 'a');
    kubernetes.compact();
    await waitFor(() =>
      expect(names()).toEqual([
        'AuthorizationPolicy/b',
        'AuthorizationPolicy/c',
      ]),
    );

    kubernetes.outage = 503;
    await waitFor(() =>
      expect(last()).toMatchObject({
        state: 'stale',
        message: 'The cluster answers HTTP 503',
      }),
    );
    expect(last().observedAt).toBeInstanceOf(Date);
    expect(names()).toEqual(['AuthorizationPolicy/b', 'AuthorizationPolicy/c']);
    kubernetes.delete(POLICIES, 'shop', 'b');
    kubernetes.outage = undefined;
    await waitFor(() => {
      expect(last().state).toBe('live');
      expect(names()).toEqual(['AuthorizationPolicy/c']);
    });
  });

  it('gives no objects while a kind may not be read, and says which', async () => {
    kubernetes.apply(POLICIES, policy('a'));
    kubernetes.forbidden.add(POLICIES);
    startSource();
    await waitFor(() =>
      expect(last()).toEqual(
        expect.objectContaining({
          state: 'unavailable',
          message: `Missing right to read ${POLICIES}`,
        }),
      ),
    );
    expect(last().cluster).toBeUndefined();
    kubernetes.forbidden.clear();
    await waitFor(() => expect(last().state).toBe('live'));
    expect(names()).toEqual(['AuthorizationPolicy/a']);
  });

  it('follows the mesh configuration, which may be absent', async () => {
    const configMap = (mesh: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system' },
      data: { mesh },
    });
    const mesh = () =>
      last().cluster?.objects.find(({ kind }) => kind === 'ConfigMap')?.data
        ?.mesh;
    startSource();
    await waitFor(() => expect(last().state).toBe('live'));
    expect(mesh()).toBeUndefined();
    kubernetes.apply('configmaps', configMap('one'));
    await waitFor(() => expect(mesh()).toBe('one'));
    kubernetes.apply('configmaps', configMap('two'));
    await waitFor(() => expect(mesh()).toBe('two'));
    kubernetes.forbidden.add('configmaps');
    await waitFor(() =>
      expect(last()).toMatchObject({
        state: 'stale',
        message: 'Missing right to read configmaps',
      }),
    );
    expect(mesh()).toBe('two');
  });

  it('begins to watch kinds that are installed later', async () => {
    startSource();
    await waitFor(() => expect(last().state).toBe('live'));
    kubernetes.served['gateway.networking.k8s.io'] = { v1: ['httproutes'] };
    kubernetes.apply('httproutes.gateway.networking.k8s.io', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'r', namespace: 'shop' },
      spec: {},
    });
    await waitFor(() =>
      expect(kubernetes.requests.join('\n')).toMatch(/httproutes\?watch=1/),
    );
  });
});
