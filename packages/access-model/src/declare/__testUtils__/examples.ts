import { AccessDeclaration } from '../types';
import { KeycloakClientDeclaration } from '../keycloakClient';

/** A web application behind the platform's login wall, on a host of its own. */
export const webApplication: AccessDeclaration = {
  service: {
    name: 'returns',
    namespace: 'returns',
    ownsNamespace: true,
    image: 'registry.example.com/shop/returns:1.0.0',
    containerPort: 8080,
  },
  exposure: {
    kind: 'virtualService',
    host: 'returns.example.com',
    pathPrefix: '/',
    gateway: {
      namespace: 'istio-system',
      name: 'public',
      serviceAccount: {
        namespace: 'istio-system',
        name: 'istio-ingressgateway',
      },
    },
    loginWall: {
      tokenHeader: 'x-auth-request-access-token',
      audience: 'oauth2-proxy',
      signIn: {
        namespace: 'oauth2-proxy',
        service: 'oauth2-proxy',
        port: 4180,
      },
    },
  },
  identity: {
    issuer: 'https://sso.example.com/auth/realms/shop',
    jwksUri:
      'http://keycloak.keycloak.svc.cluster.local:8080/auth/realms/shop/protocol/openid-connect/certs',
    clientId: 'returns',
  },
  rules: [
    { methods: ['GET'], paths: ['/'], access: { kind: 'loggedIn' } },
    {
      methods: ['GET'],
      paths: ['/items/*'],
      access: { kind: 'roles', roles: [{ kind: 'client', name: 'reader' }] },
    },
    {
      methods: ['POST', 'DELETE'],
      paths: ['/items', '/items/{*}'],
      access: {
        kind: 'roles',
        roles: [
          { kind: 'client', name: 'editor' },
          { kind: 'realm', name: 'admin' },
        ],
      },
    },
  ],
  callers: [
    {
      caller: { namespace: 'shop', name: 'orders' },
      methods: ['GET'],
      paths: ['/items/*'],
      roles: [],
    },
    {
      caller: { namespace: 'shop', name: 'payments' },
      methods: ['POST'],
      paths: ['/items'],
      roles: [{ kind: 'client', name: 'editor' }],
    },
  ],
};

/** A service for programs on a path of a shared host, through a Gateway API gateway, without login wall. */
export const programInterface: AccessDeclaration = {
  ...webApplication,
  service: {
    ...webApplication.service,
    name: 'rates',
    namespace: 'shop',
    ownsNamespace: false,
  },
  exposure: {
    kind: 'httpRoute',
    host: 'shop.example.com',
    pathPrefix: '/rates',
    gateway: {
      namespace: 'istio-ingress',
      name: 'shared',
      listener: 'https',
      serviceAccount: { namespace: 'istio-ingress', name: 'shared-istio' },
    },
  },
  identity: { ...webApplication.identity, clientId: 'rates' },
  rules: [
    { methods: ['GET'], paths: ['/rates'], access: { kind: 'public' } },
    {
      methods: [],
      paths: ['/rates/admin/*'],
      access: { kind: 'roles', roles: [{ kind: 'client', name: 'admin' }] },
    },
  ],
  callers: [],
};

/** A web application that brings its own login wall, with a part that is open to everyone. */
export const ownWall: AccessDeclaration = {
  ...webApplication,
  exposure: {
    ...webApplication.exposure!,
    loginWall: {
      ...webApplication.exposure!.loginWall!,
      policy: {
        provider: 'oauth2-proxy',
        gatewayLabels: { istio: 'ingressgateway' },
      },
    },
  },
  rules: [
    { methods: ['GET'], paths: ['/about/*'], access: { kind: 'public' } },
    { methods: ['GET'], paths: ['/'], access: { kind: 'loggedIn' } },
  ],
  callers: [],
};

export const returnsClient: KeycloakClientDeclaration = {
  name: 'returns',
  namespace: 'returns',
  clientId: 'returns',
  realm: {
    realm: 'shop',
    reference: { kind: 'ClusterKeycloakRealm', name: 'shop' },
  },
  description: 'Takes goods back',
  roles: [
    { name: 'reader', description: 'Sees returns', composites: [] },
    { name: 'editor', composites: ['reader'] },
  ],
  serviceAccount: {
    realmRoles: [],
    clientRoles: [{ clientId: 'inventory', roles: ['writer'] }],
    audiences: ['inventory'],
  },
  secret: {
    kind: 'reference',
    secretName: 'returns-oidc',
    key: 'client-secret',
  },
};
