import { parse } from 'yaml';
import { AnyObject } from '../kubernetes/KubernetesClient';
import {
  rewriteKeycloakAddress,
  rewriteObject,
  RewriteSettings,
  rewritePublicAddresses,
} from './rewrite';

const settings = {
  ports: { gateway: 21_000, keycloak: 22_000 },
} as RewriteSettings;

describe('rewritePublicAddresses', () => {
  it.each([
    ['https://sso.example.com', 'http://sso.example.com:21000'],
    [
      'https://sso.example.com/auth/realms/shop/*',
      'http://sso.example.com:21000/auth/realms/shop/*',
    ],
    [
      'a "https://a.b.example.com/x", b',
      'a "http://a.b.example.com:21000/x", b',
    ],
    ['https://*.example.com/*', 'http://*.example.com:21000/*'],
    // Another host, another port, another scheme, or no address at all.
    ['https://example.com.evil.org/', 'https://example.com.evil.org/'],
    ['https://sso.example.com.evil.org/', 'https://sso.example.com.evil.org/'],
    ['https://sso.example.com-x/', 'https://sso.example.com-x/'],
    ['https://sso.example.com:8443/', 'https://sso.example.com:8443/'],
    ['http://sso.example.com/', 'http://sso.example.com/'],
    ['sso.example.com', 'sso.example.com'],
  ])('%s becomes %s', (from, to) => {
    expect(rewritePublicAddresses(from, settings)).toBe(to);
  });

  it('reaches every string and nothing else', () => {
    const value = {
      list: ['https://a.example.com', 1, true, undefined],
      deep: { address: 'https://b.example.com/', none: null },
    };
    expect(rewritePublicAddresses(value, settings)).toEqual({
      list: ['http://a.example.com:21000', 1, true, undefined],
      deep: { address: 'http://b.example.com:21000/', none: null },
    });
  });
});

describe('rewriteObject', () => {
  it('serves the HTTPS servers of a gateway as HTTP on loopback, without the redirect', () => {
    const gateway: AnyObject = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'istio-system' },
      spec: {
        selector: { istio: 'ingressgateway' },
        servers: [
          {
            port: { number: 443, name: 'https', protocol: 'HTTPS' },
            hosts: ['*.example.com'],
            tls: { mode: 'SIMPLE', credentialName: 'tls' },
          },
          {
            port: { number: 80, name: 'http', protocol: 'HTTP' },
            hosts: ['*.example.com'],
            tls: { httpsRedirect: true },
          },
        ],
      },
    };
    expect(rewriteObject(gateway, settings).spec).toEqual({
      selector: { istio: 'ingressgateway' },
      servers: [
        {
          port: { number: 21_000, name: 'http', protocol: 'HTTP' },
          bind: '127.0.0.1',
          hosts: ['*.example.com'],
        },
      ],
    });
    expect(gateway.spec.servers).toHaveLength(2);
  });

  it('leaves a gateway of the Gateway API as it is', () => {
    const gateway: AnyObject = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'shared' },
      spec: { listeners: [{ port: 443, protocol: 'HTTPS' }] },
    };
    expect(rewriteObject(gateway, settings)).toEqual(gateway);
  });

  it('gives a RequestAuthentication the issuer and the keys of the lab', () => {
    const rewritten = rewriteObject(
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'RequestAuthentication',
        metadata: { name: 'orders' },
        spec: {
          jwtRules: [
            {
              issuer: 'https://sso.example.com/auth/realms/shop',
              jwksUri:
                'http://keycloak.keycloak.svc.cluster.local:8080/auth/realms/shop/protocol/openid-connect/certs',
            },
            { issuer: 'other', jwks: '{}' },
          ],
        },
      },
      settings,
    );
    expect(rewritten.spec.jwtRules).toEqual([
      {
        issuer: 'http://sso.example.com:21000/auth/realms/shop',
        jwksUri:
          'http://127.0.0.1:22000/auth/realms/shop/protocol/openid-connect/certs',
      },
      { issuer: 'other', jwks: '{}' },
    ]);
  });

  it('turns off the telemetry of the mesh configuration and keeps the rest', () => {
    const rewritten = rewriteObject(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'istio', namespace: 'istio-system' },
        data: {
          mesh: 'rootNamespace: istio-system\nextensionProviders: [{ name: oauth2-proxy }]\n',
        },
      },
      settings,
    );
    expect(parse(rewritten.data.mesh)).toEqual({
      rootNamespace: 'istio-system',
      extensionProviders: [{ name: 'oauth2-proxy' }],
      defaultProviders: {},
    });
  });

  it('does not touch where routes lead', () => {
    const destination = { host: 'keycloak.keycloak.svc.cluster.local' };
    const route: AnyObject = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'keycloak' },
      spec: {
        hosts: ['sso.example.com'],
        http: [{ route: [{ destination }] }],
      },
    };
    expect(rewriteObject(route, settings)).toEqual(route);
  });
});

describe('rewriteKeycloakAddress', () => {
  it('replaces every mention', () => {
    const address = 'http://keycloak.keycloak.svc.cluster.local:8080/auth';
    expect(rewriteKeycloakAddress(`${address} ${address}`, settings)).toBe(
      'http://127.0.0.1:22000/auth http://127.0.0.1:22000/auth',
    );
  });
});
