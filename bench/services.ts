/**
 * A mesh for benchmarks: services in 100 namespaces behind one gateway, seven objects each (Service, VirtualService with five prefix routes,
 * RequestAuthentication, PeerAuthentication and three AuthorizationPolicies on a nested Keycloak role claim).
 */
export function benchmarkManifests(count: number): string {
  const documents = [
    `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: public
  namespace: istio-system
spec:
  selector:
    istio: gateway
  servers:
  - hosts:
    - '*.example.com'
    port:
      name: https
      number: 443
      protocol: HTTPS
    tls:
      credentialName: wild
      mode: SIMPLE
`,
  ];
  for (let index = 0; index < count; index += 1)
    documents.push(...serviceDocuments(index));
  return documents.join('---\n');
}

function serviceDocuments(index: number): string[] {
  const name = `svc-${index}`;
  const namespace = `team-${index % 100}`;
  const metadata = (suffix = '') =>
    `metadata:\n  name: ${name}${suffix}\n  namespace: ${namespace}\n`;
  const selector = `  selector:\n    matchLabels:\n      app: ${name}\n`;
  const routes = [0, 1, 2, 3, 4]
    .map(
      version => `  - match:
    - uri:
        prefix: /v${version}
    route:
    - destination:
        host: ${name}.${namespace}.svc.cluster.local
        port:
          number: 80
`,
    )
    .join('');
  return [
    `apiVersion: v1\nkind: Service\n${metadata()}spec:\n  ports:\n  - name: http\n    port: 80\n    targetPort: 8080\n  selector:\n    app: ${name}\n`,
    `apiVersion: networking.istio.io/v1\nkind: VirtualService\n${metadata()}spec:\n  gateways:\n  - istio-system/public\n  hosts:\n  - ${name}.example.com\n  http:\n${routes}`,
    `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\n${metadata()}spec:\n  jwtRules:\n  - issuer: https://kc/realms/r\n    jwksUri: https://kc/realms/r/certs\n${selector}`,
    `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n${metadata()}spec:\n  mtls:\n    mode: STRICT\n${selector}`,
    ...[0, 1, 2].map(
      part =>
        `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\n${metadata(
          `-${part}`,
        )}spec:\n  action: ALLOW\n  rules:\n  - from:\n    - source:\n        requestPrincipals:\n        - '*'\n    to:\n    - operation:\n        methods:\n        - GET\n        paths:\n        - /v${part}/*\n    when:\n    - key: request.auth.claims[realm_access][roles]\n      values:\n      - role-${
          index % 50
        }\n${selector}`,
    ),
  ];
}
