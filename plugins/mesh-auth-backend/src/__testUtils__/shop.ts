const ISSUER = 'https://sso.example.com/realms/shop';

/**
 * A small mesh by file name: one gateway with a login wall in front of one service, which asks for roles.
 */
export const manifests = {
  mesh: `apiVersion: v1
kind: Namespace
metadata:
  name: istio-system
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: istio
  namespace: istio-system
data:
  mesh: |
    rootNamespace: istio-system
    extensionProviders:
      - name: oauth2-proxy
        envoyExtAuthzHttp:
          service: oauth2-proxy.oauth2-proxy.svc.cluster.local
          port: 4180
          headersToUpstreamOnAllow: [authorization, x-auth-request-access-token]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: default
  namespace: istio-system
spec:
  mtls:
    mode: STRICT
---
apiVersion: v1
kind: Service
metadata:
  name: oauth2-proxy
  namespace: oauth2-proxy
spec:
  ports:
    - name: http
      port: 4180
`,
  gateway: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: gateway
  namespace: istio-system
spec:
  template:
    metadata:
      labels: {istio: gateway}
      annotations:
        inject.istio.io/templates: gateway
    spec:
      serviceAccountName: gateway
      containers:
        - name: istio-proxy
          ports:
            - containerPort: 8443
---
apiVersion: v1
kind: Service
metadata:
  name: gateway
  namespace: istio-system
spec:
  selector: {istio: gateway}
  ports:
    - name: https
      port: 443
      targetPort: 8443
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: public
  namespace: istio-system
spec:
  selector: {istio: gateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: ['*.example.com']
      tls: {mode: SIMPLE, credentialName: example-com}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: login-wall
  namespace: istio-system
spec:
  selector:
    matchLabels: {istio: gateway}
  action: CUSTOM
  provider: {name: oauth2-proxy}
  rules:
    - to:
        - operation:
            notPaths: [/auth, '/auth/*']
`,
  payments: `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels: {istio-injection: enabled}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: payments
  namespace: shop
spec:
  template:
    metadata:
      labels: {app: payments}
    spec:
      serviceAccountName: payments
      containers:
        - name: payments
          ports:
            - containerPort: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: payments
  namespace: shop
spec:
  selector: {app: payments}
  ports:
    - name: http
      port: 80
      targetPort: 8080
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: payments
  namespace: shop
spec:
  hosts: [shop.example.com]
  gateways: [istio-system/public]
  http:
    - match:
        - uri: {prefix: /payments}
      route:
        - destination:
            host: payments.shop.svc.cluster.local
            port: {number: 80}
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata:
  name: payments
  namespace: shop
spec:
  selector:
    matchLabels: {app: payments}
  jwtRules:
    - issuer: ${ISSUER}
      jwksUri: https://sso.example.com/realms/shop/protocol/openid-connect/certs
      audiences: [payments]
      fromHeaders:
        - name: x-auth-request-access-token
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: payments
  namespace: shop
spec:
  selector:
    matchLabels: {app: payments}
  action: ALLOW
  rules:
    - to:
        - operation:
            methods: [POST]
            paths: ['/payments']
      from:
        - source:
            requestPrincipals: ['${ISSUER}/*']
      when:
        - key: request.auth.claims[resource_access][payments][roles]
          values: [pay]
    - to:
        - operation:
            methods: [GET]
            paths: ['/payments/*']
      from:
        - source:
            requestPrincipals: ['${ISSUER}/*']
      when:
        - key: request.auth.claims[realm_access][roles]
          values: [customer, admin]
    - to:
        - operation:
            methods: [GET]
            paths: ['/actuator/health']
`,
};

function user(username: string, roles: object) {
  return { username, enabled: true, ...roles };
}

/** The realm as Keycloak exports it. */
export const realm = {
  realm: 'shop',
  enabled: true,
  roles: {
    realm: [
      { name: 'customer' },
      { name: 'admin', composite: true, composites: { realm: ['customer'] } },
      { name: 'default-roles-shop' },
    ],
    client: {
      payments: [
        { name: 'read' },
        {
          name: 'pay',
          description: 'May pay',
          composite: true,
          composites: { client: { payments: ['read'] }, realm: ['customer'] },
        },
      ],
    },
  },
  defaultRole: { name: 'default-roles-shop' },
  groups: [
    { name: 'buyers', path: '/buyers', clientRoles: { payments: ['pay'] } },
  ],
  clients: [
    {
      clientId: 'oauth2-proxy',
      enabled: true,
      standardFlowEnabled: true,
      fullScopeAllowed: true,
      redirectUris: ['https://shop.example.com/oauth2/callback'],
      defaultClientScopes: ['roles', 'basic'],
      protocolMappers: [
        {
          name: 'audience',
          protocol: 'openid-connect',
          protocolMapper: 'oidc-audience-mapper',
          config: {
            'included.client.audience': 'payments',
            'access.token.claim': 'true',
          },
        },
      ],
    },
    {
      clientId: 'payments',
      enabled: true,
      publicClient: false,
      serviceAccountsEnabled: true,
      secret: 'do-not-show',
      attributes: { 'client.secret.creation.time': '1700000000' },
    },
  ],
  clientScopes: [
    {
      name: 'basic',
      protocol: 'openid-connect',
      protocolMappers: [
        {
          name: 'sub',
          protocol: 'openid-connect',
          protocolMapper: 'oidc-sub-mapper',
          config: { 'access.token.claim': 'true' },
        },
      ],
    },
    {
      name: 'roles',
      protocol: 'openid-connect',
      protocolMappers: [
        {
          name: 'client roles',
          protocol: 'openid-connect',
          protocolMapper: 'oidc-usermodel-client-role-mapper',
          config: {
            'claim.name': 'resource_access.${client_id}.roles',
            'jsonType.label': 'String',
            multivalued: 'true',
            'access.token.claim': 'true',
          },
        },
      ],
    },
  ],
  users: [
    user('ann', { groups: ['/buyers'] }),
    user('ben', { clientRoles: { payments: ['read'] } }),
    user('cat', { realmRoles: ['admin'] }),
  ],
};
