import { readManifests } from './manifests';
import type { ManifestProblem } from './manifests';
import { createMesh } from './mesh';
import type { Mesh } from './mesh';
import { decide } from './decide';
import type { Decision, DecisionRequest } from './decide';

/** A mesh from YAML; sound unless it says otherwise. @internal */
export function meshOf(...documents: string[]): Mesh {
  const reading = readManifests({
    files: [{ path: 'test.yaml', text: documents.join('\n---\n') }],
  });
  const errors = reading.problems.filter(
    ({ severity }) => severity === 'error',
  );
  if (errors.length)
    throw new Error(
      errors.map(({ path, message }) => `${path}: ${message}`).join('\n'),
    );
  return createMesh(reading);
}

/** What is wrong with YAML. @internal */
export function problemsOf(...documents: string[]): ManifestProblem[] {
  return readManifests({
    files: [{ path: 'test.yaml', text: documents.join('\n---\n') }],
  }).problems;
}

/** A workload `app` in namespace `foo`. @internal */
export const WORKLOAD: DecisionRequest['at'] = {
  kind: 'workload',
  namespace: 'foo',
  labels: { app: 'app' },
  port: 8080,
};

/** A gateway in namespace `istio-system`. @internal */
export const GATEWAY: DecisionRequest['at'] = {
  kind: 'gateway',
  namespace: 'istio-system',
  labels: { istio: 'gw' },
  port: 8080,
};

/** Gateway on port 8080 for all hosts, with a service behind it. @internal */
export const ENTRANCE = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: gw, namespace: istio-system }
spec:
  selector: { istio: gw }
  servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: ["*"] }]
---
apiVersion: v1
kind: Service
metadata: { name: app, namespace: foo }
spec: { selector: { app: app }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
`;

/** Everything goes to the service. @internal */
export const ROUTE = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: app, namespace: foo }
spec:
  hosts: ["*"]
  gateways: [istio-system/gw]
  http: [{ route: [{ destination: { host: app.foo.svc.cluster.local, port: { number: 80 } } }] }]
`;

let counter = 0;

/** An AuthorizationPolicy in namespace `foo` from its spec in flow style. @internal */
export function policy(spec: string, metadata = ''): string {
  counter += 1;
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: p${counter}, namespace: foo${
    metadata ? `, ${metadata}` : ''
  } }
spec: ${spec}
`;
}

/** A RequestAuthentication in namespace `foo` from its jwtRules in flow style. @internal */
export function authentication(rules: string): string {
  counter += 1;
  return `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: r${counter}, namespace: foo }
spec: { jwtRules: ${rules} }
`;
}

/** Decides a request that is a plain GET unless it says otherwise. @internal */
export function ask(
  mesh: Mesh,
  request: Partial<DecisionRequest> = {},
): Decision {
  return decide(mesh, {
    at: WORKLOAD,
    method: 'GET',
    scheme: 'http',
    host: 'app.foo',
    path: '/',
    headers: {},
    token: null,
    peer: null,
    sourceIp: '10.0.0.1',
    ...request,
  });
}

/** Status of a request. @internal */
export function status(
  mesh: Mesh,
  request: Partial<DecisionRequest> = {},
): number | 'unknown' | undefined {
  const decision = ask(mesh, request);
  return decision.verdict === 'unknown' ? 'unknown' : decision.status;
}

/** A valid token of `https://kc/realms/x` in Authorization. @internal */
export function bearer(
  claims: Record<string, unknown> = {},
): DecisionRequest['token'] {
  return {
    via: 'authorization',
    valid: true,
    claims: { iss: 'https://kc/realms/x', sub: 'alice', ...claims },
  };
}

/** The rule that accepts those tokens. @internal */
export const ISSUER =
  '[{ issuer: https://kc/realms/x, jwks: "{\\"keys\\":[]}" }]';
