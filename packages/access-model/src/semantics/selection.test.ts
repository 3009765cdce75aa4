import { policiesFor } from '../authz';
import type { MeshProxy } from '../mesh';
import { meshOf, problemsOf, status, WORKLOAD, GATEWAY } from '../testUtils';

const object = (options: {
  name?: string;
  namespace: string;
  spec: string;
  kind?: string;
}) => `
apiVersion: security.istio.io/v1
kind: ${options.kind ?? 'AuthorizationPolicy'}
metadata: { name: ${options.name ?? 'p'}, namespace: ${options.namespace} }
spec: ${options.spec}
`;

const names = (yaml: string, proxy: MeshProxy) =>
  policiesFor(meshOf(yaml), proxy).map(
    ({ ref }) => `${ref.namespace}/${ref.name}`,
  );

const sidecar: MeshProxy = {
  kind: 'workload',
  namespace: 'foo',
  labels: { app: 'app', tier: 'web' },
};
const classic: MeshProxy = {
  kind: 'gateway',
  namespace: 'istio-system',
  labels: { istio: 'gw' },
};
const kubernetes: MeshProxy = {
  kind: 'gateway',
  namespace: 'edge',
  labels: { 'gateway.networking.k8s.io/gateway-name': 'gw' },
};
const waypoint: MeshProxy = {
  kind: 'waypoint',
  namespace: 'foo',
  labels: { 'gateway.networking.k8s.io/gateway-name': 'waypoint' },
  services: [{ kind: 'Service', namespace: 'foo', name: 'app' }],
};

describe('which policies apply', () => {
  it('1 looks in the root namespace and in the namespace of the proxy, never in that of the backend', () => {
    const yaml = ['istio-system', 'foo', 'other']
      .map(namespace => object({ namespace, spec: '{}' }))
      .join('---');
    expect(names(yaml, sidecar)).toEqual(['istio-system/p', 'foo/p']);
    expect(names(yaml, classic)).toEqual(['istio-system/p']);
  });

  it('2 takes a selector as a set of labels that must all be there; from the root namespace it reaches every namespace', () => {
    expect(
      names(
        object({
          namespace: 'foo',
          spec: '{ selector: { matchLabels: { app: app, tier: web } } }',
        }),
        sidecar,
      ),
    ).toHaveLength(1);
    expect(
      names(
        object({
          namespace: 'foo',
          spec: '{ selector: { matchLabels: { app: app, tier: db } } }',
        }),
        sidecar,
      ),
    ).toHaveLength(0);
    expect(
      names(
        object({ namespace: 'foo', spec: '{ selector: { matchLabels: {} } }' }),
        sidecar,
      ),
    ).toHaveLength(1);
    expect(
      names(
        object({
          namespace: 'istio-system',
          spec: '{ selector: { matchLabels: { app: app } } }',
        }),
        sidecar,
      ),
    ).toHaveLength(1);
    expect(
      names(object({ namespace: 'istio-system', spec: '{}' }), classic),
    ).toHaveLength(1);
  });

  it('3 ignores a policy with targetRefs at sidecars and classic gateways', () => {
    const spec =
      '{ targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: gw }] }';
    expect(names(object({ namespace: 'foo', spec }), sidecar)).toHaveLength(0);
    expect(
      names(object({ namespace: 'istio-system', spec }), classic),
    ).toHaveLength(0);
  });

  it('4 attaches a policy to a Gateway API gateway of its own namespace by name', () => {
    const spec = (name: string) =>
      `{ targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: other }, { group: gateway.networking.k8s.io, kind: Gateway, name: ${name} }] }`;
    expect(
      names(object({ namespace: 'edge', spec: spec('gw') }), kubernetes),
    ).toHaveLength(1);
    expect(
      names(object({ namespace: 'edge', spec: spec('gw2') }), kubernetes),
    ).toHaveLength(0);
    expect(
      names(
        object({ namespace: 'istio-system', spec: spec('gw') }),
        kubernetes,
      ),
    ).toHaveLength(0);
    const legacy =
      '{ targetRef: { group: gateway.networking.k8s.io, kind: Gateway, name: gw } }';
    expect(
      names(object({ namespace: 'edge', spec: legacy }), kubernetes),
    ).toHaveLength(1);
  });

  it('5 lets policies without targetRefs reach Gateway API gateways by selector', () => {
    expect(
      names(object({ namespace: 'edge', spec: '{}' }), kubernetes),
    ).toHaveLength(1);
    expect(
      names(object({ namespace: 'istio-system', spec: '{}' }), kubernetes),
    ).toHaveLength(1);
    expect(
      names(
        object({
          namespace: 'edge',
          spec: '{ selector: { matchLabels: { app: x } } }',
        }),
        kubernetes,
      ),
    ).toHaveLength(0);
  });

  it('6 attaches to waypoints only by target: service, gateway, or the class from the root namespace', () => {
    expect(
      names(object({ namespace: 'istio-system', spec: '{}' }), waypoint),
    ).toHaveLength(0);
    expect(
      names(
        object({
          namespace: 'foo',
          spec: '{ selector: { matchLabels: { app: app } } }',
        }),
        waypoint,
      ),
    ).toHaveLength(0);
    expect(
      names(
        object({
          namespace: 'foo',
          spec: '{ targetRefs: [{ kind: Service, name: app, group: "" }] }',
        }),
        waypoint,
      ),
    ).toHaveLength(1);
    expect(
      names(
        object({
          namespace: 'foo',
          spec: '{ targetRefs: [{ kind: Service, name: other, group: "" }] }',
        }),
        waypoint,
      ),
    ).toHaveLength(0);
    const classTarget =
      '{ targetRefs: [{ group: gateway.networking.k8s.io, kind: GatewayClass, name: istio-waypoint }] }';
    expect(
      names(object({ namespace: 'istio-system', spec: classTarget }), waypoint),
    ).toHaveLength(1);
    expect(
      names(object({ namespace: 'foo', spec: classTarget }), waypoint),
    ).toHaveLength(0);
  });

  it('7 refuses more than one of selector, targetRef and targetRefs, foreign kinds, and a target in another namespace', () => {
    const refused = (spec: string) =>
      problemsOf(object({ namespace: 'foo', spec })).some(
        ({ severity }) => severity === 'error',
      );
    expect(
      refused(
        '{ selector: { matchLabels: { a: b } }, targetRefs: [{ kind: Service, name: app, group: "" }] }',
      ),
    ).toBe(true);
    expect(
      refused('{ targetRefs: [{ kind: Pod, name: app, group: "" }] }'),
    ).toBe(true);
    expect(
      refused(
        '{ targetRefs: [{ kind: Service, name: app, namespace: bar, group: "" }] }',
      ),
    ).toBe(true);
    expect(
      refused('{ targetRefs: [{ kind: Service, name: app, group: "" }] }'),
    ).toBe(false);
  });

  it('9 joins the policies of one action, whatever their scope', () => {
    const mesh = meshOf(
      object({
        namespace: 'istio-system',
        name: 'a',
        spec: '{ rules: [{ to: [{ operation: { paths: [/a] } }] }] }',
      }),
      object({
        namespace: 'foo',
        name: 'b',
        spec: '{ selector: { matchLabels: { app: app } }, rules: [{ to: [{ operation: { paths: [/b] } }] }] }',
      }),
    );
    expect(status(mesh, { at: WORKLOAD, path: '/a' })).toBe(200);
    expect(status(mesh, { at: WORKLOAD, path: '/b' })).toBe(200);
    expect(status(mesh, { at: WORKLOAD, path: '/c' })).toBe(403);
    expect(GATEWAY.namespace).toBe('istio-system');
  });
});
