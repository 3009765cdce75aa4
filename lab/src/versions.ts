/**
 * Every version that the lab runs, in one place.
 *
 * The Go modules of the same parts are pinned by `lab/go/<part>/go.mod` and `go.sum`; `versions.test.ts` holds the two together.
 *
 * @internal
 */
export const versions = {
  keycloak: '26.7.3',
  kubernetes: '1.36.3',
  /** istiod, istioctl and pilot-agent, built from the commit of the release. */
  istio: '1.29.1',
  istioModule: 'v0.0.0-20260306174214-6991a379e1fc',
  envoy: '1.40.0',
  oauth2Proxy: '7.15.2',
  keycloakOperator: '1.35.0',
  sealedSecrets: '0.36.0',
  gatewayApi: '1.4.0',
  argoCd: '3.3.0',
  /** Plugin that copies artifacts out of a Maven repository. */
  mavenDependencyPlugin: '3.6.1',
} as const;

/**
 * Debian packages whose version is that of the distribution, with the program that shows that a package is there.
 *
 * @internal
 */
export const debianPackages = {
  postgresql: '/usr/lib/postgresql',
  'etcd-server': '/usr/bin/etcd',
  'redis-server': '/usr/bin/redis-server',
  chromium: '/usr/bin/chromium',
} as const;

/** @internal */
export type DebianPackage = keyof typeof debianPackages;
