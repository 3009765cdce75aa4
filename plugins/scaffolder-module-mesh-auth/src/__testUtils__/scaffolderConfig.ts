import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import {
  readScaffolderConfig,
  ScaffolderConfig,
} from '../config/readScaffolderConfig';

const loginWall = {
  coverage: 'platform',
  exceptHosts: ['*.api.example.com'],
  exceptPaths: ['/auth', '/auth/*'],
  provider: 'oauth2-proxy',
  loginClient: 'oauth2-proxy',
  service: { namespace: 'oauth2-proxy', name: 'oauth2-proxy', port: 4180 },
};

/** `meshAuth.scaffolder` as a platform team would write it. */
export const scaffolderConfigData: JsonObject = {
  gateways: [
    {
      id: 'public',
      kind: 'istio',
      namespace: 'istio-system',
      name: 'public',
      serviceAccount: { name: 'istio-ingressgateway' },
      loginWall,
    },
    {
      id: 'shared',
      kind: 'gatewayApi',
      namespace: 'istio-ingress',
      name: 'shared',
      listener: 'https',
      serviceAccount: { name: 'shared-istio' },
    },
    {
      id: 'own-walls',
      kind: 'istio',
      namespace: 'istio-system',
      name: 'apps',
      loginWall: {
        ...loginWall,
        coverage: 'service',
        gatewayLabels: { istio: 'ingressgateway' },
      },
    },
  ],
  hosts: [
    { host: 'shop.example.com' },
    { domain: 'example.com' },
    { domain: 'api.example.com' },
  ],
  realms: [
    {
      name: 'shop',
      instance: 'main',
      issuer: 'https://sso.example.com/auth/realms/shop',
      jwksUri: 'http://keycloak.keycloak.svc.cluster.local:8080/certs',
    },
  ],
  serviceAccounts: { clientRoles: ['inventory/writer'] },
  reservedNamespaces: ['argocd'],
  argocd: {},
  imageRepository: 'registry.example.com/shop',
};

export function scaffolderConfig(overrides: JsonObject = {}): ScaffolderConfig {
  return readScaffolderConfig(
    new ConfigReader({
      meshAuth: { scaffolder: { ...scaffolderConfigData, ...overrides } },
    }),
  );
}
