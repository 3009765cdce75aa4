import { readManifests } from '../../manifests/readManifests';
import { createMesh } from '../../mesh/Mesh';
import { findingsOf, wholeMesh } from '../findingsOf';
import type { Finding } from '../types';

/** A gateway with one service behind it and nothing that guards it; {} are replaced by what a case needs. */
const WORLD = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: istio-system}
spec:
  template:
    metadata:
      labels: {istio: gateway}
      annotations: {inject.istio.io/templates: gateway}
    spec:
      serviceAccountName: gateway
      containers: [{name: istio-proxy, ports: [{containerPort: 8443}]}]
---
apiVersion: v1
kind: Service
metadata: {name: gateway, namespace: istio-system}
spec:
  selector: {istio: gateway}
  ports: [{name: https, port: 443, targetPort: 8443}]
---
apiVersion: v1
kind: Service
metadata: {name: oauth2-proxy, namespace: oauth2-proxy}
spec:
  ports: [{name: http, port: 4180}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: public, namespace: istio-system}
spec:
  selector: {istio: gateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: ['*.example.com']
      tls: {mode: SIMPLE, credentialName: example-com}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app, namespace: shop}
spec:
  template:
    metadata: {labels: {app: app}}
    spec:
      serviceAccountName: app
      containers: [{name: app, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: app, namespace: shop}
spec:
  selector: {app: app}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: app, namespace: shop}
spec:
  hosts: [app.example.com]
  gateways: [istio-system/public]
  http:
    - route: [{destination: {host: app.shop.svc.cluster.local, port: {number: 80}}}]
`;

/** The mesh configuration with the provider that `login` names. */
export const PROVIDER = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    rootNamespace: istio-system
    extensionProviders:
      - name: login
        envoyExtAuthzHttp:
          service: oauth2-proxy.oauth2-proxy.svc.cluster.local
          port: 4180
`;

/** A login wall on everything. */
export const WALL = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: wall, namespace: istio-system}
spec:
  selector: {matchLabels: {istio: gateway}}
  action: CUSTOM
  provider: {name: login}
  rules: [{}]
`;

/** Mutual TLS only. */
export const STRICT = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: STRICT}}
`;

/** Tokens of one issuer for one audience, in one header. */
export const TOKENS = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: {name: tokens, namespace: shop}
spec:
  selector: {matchLabels: {app: app}}
  jwtRules:
    - issuer: https://sso.example.com/realms/shop
      audiences: [app]
      fromHeaders: [{name: Authorization, prefix: 'Bearer '}]
`;

/** An AuthorizationPolicy at the workload; `rules` is YAML in flow style. */
export function policy(rules: string, action = 'ALLOW'): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: rules, namespace: shop}
spec:
  selector: {matchLabels: {app: app}}
  action: ${action}
  rules: ${rules}
`;
}

/**
 * The findings in the world with these manifests beside it.
 *
 * @throws Error when a manifest is not valid, since a case would then prove nothing
 */
export function findingsIn(...manifests: string[]): Finding[] {
  const { objects, problems } = readManifests({
    files: [WORLD, ...manifests].map((text, index) => ({
      path: `${index}.yaml`,
      text,
    })),
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return findingsOf(wholeMesh(createMesh({ objects })));
}
