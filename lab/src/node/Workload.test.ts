import { V1Deployment } from '@kubernetes/client-node';
import { place } from './placements';
import { MANAGED_BY, objectsOf, workloadOf } from './Workload';

function deployment(
  changes: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ports?: { name?: string; containerPort: number }[];
  } = {},
): V1Deployment {
  return {
    metadata: { name: 'orders', namespace: 'shop' },
    spec: {
      selector: {},
      template: {
        metadata: {
          labels: { app: 'orders', ...changes.labels },
          annotations: changes.annotations,
        },
        spec: {
          serviceAccountName: 'orders-account',
          containers: [{ name: 'orders', ports: changes.ports }],
        },
      },
    },
  };
}

const placement = { address: '127.31.7.12', applicationPort: 25_000 };

describe('workloadOf', () => {
  it('reads labels, account and ports, and whether a proxy is wanted', () => {
    expect(
      workloadOf(
        deployment({ ports: [{ name: 'http', containerPort: 9000 }] }),
        new Set(['shop']),
      ),
    ).toEqual({
      namespace: 'shop',
      name: 'orders',
      labels: { app: 'orders' },
      serviceAccount: 'orders-account',
      ports: [{ name: 'http', number: 9000 }],
      injected: true,
    });
    expect(workloadOf(deployment(), new Set())).toMatchObject({
      ports: [{ name: 'http', number: 8080 }],
      injected: false,
    });
  });

  it('lets a workload overrule its namespace', () => {
    const inject = (value: string) =>
      deployment({ labels: { 'sidecar.istio.io/inject': value } });
    expect(workloadOf(inject('false'), new Set(['shop']))!.injected).toBe(
      false,
    );
    expect(workloadOf(inject('true'), new Set())!.injected).toBe(true);
  });

  it('leaves gateways alone', () => {
    expect(
      workloadOf(
        deployment({
          annotations: { 'inject.istio.io/templates': 'gateway' },
        }),
        new Set(),
      ),
    ).toBeUndefined();
  });
});

describe('objectsOf', () => {
  it('puts a proxy in front, on the ports that the Services name', () => {
    const workload = workloadOf(
      deployment({
        ports: [
          { name: 'http', containerPort: 8080 },
          { name: 'tcp-data', containerPort: 6379 },
        ],
      }),
      new Set(['shop']),
    )!;
    const [entry, sidecar] = objectsOf(workload, placement);
    expect(entry).toMatchObject({
      kind: 'WorkloadEntry',
      metadata: {
        namespace: 'shop',
        labels: { app: 'orders', [MANAGED_BY.label]: MANAGED_BY.value },
      },
      spec: {
        address: '127.31.7.12',
        serviceAccount: 'orders-account',
        labels: { app: 'orders', 'security.istio.io/tlsMode': 'istio' },
        ports: { http: 8080, 'tcp-data': 6379 },
      },
    });
    expect(sidecar.spec.workloadSelector.labels).toEqual({ app: 'orders' });
    expect(sidecar.spec.ingress).toEqual([
      {
        port: { number: 8080, name: 'http', protocol: 'HTTP' },
        bind: '127.31.7.12',
        captureMode: 'NONE',
        defaultEndpoint: '127.0.0.1:25000',
      },
      {
        port: { number: 6379, name: 'tcp-data', protocol: 'TCP' },
        bind: '127.31.7.12',
        captureMode: 'NONE',
        defaultEndpoint: '127.0.0.1:25000',
      },
    ]);
  });

  it('leads to the program itself where there is no proxy', () => {
    const objects = objectsOf(workloadOf(deployment(), new Set())!, placement);
    expect(objects).toHaveLength(1);
    expect(objects[0].spec.ports).toEqual({ http: 25_000 });
    expect(objects[0].spec.address).toBe('127.0.0.1');
    expect(objects[0].spec.labels).not.toHaveProperty([
      'security.istio.io/tlsMode',
    ]);
  });
});

describe('place', () => {
  const choosePort = async () => 25_001;

  it('gives addresses that nobody has', async () => {
    const first = await place({ network: '127.31.7', taken: [], choosePort });
    expect(first).toEqual({ address: '127.31.7.10', applicationPort: 25_001 });
    expect(
      await place({
        network: '127.31.7',
        taken: [first],
        choosePort,
        applicationPort: 4180,
      }),
    ).toEqual({ address: '127.31.7.11', applicationPort: 4180 });
  });

  it('says when there is no address left', async () => {
    const taken = Array.from({ length: 241 }, (_, index) => ({
      address: `127.31.7.${index + 10}`,
      applicationPort: 1,
    }));
    await expect(
      place({ network: '127.31.7', taken, choosePort }),
    ).rejects.toThrow('All 241 addresses of 127.31.7.0/24 are taken');
  });
});
