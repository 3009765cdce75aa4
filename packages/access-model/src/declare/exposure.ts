import {
  AccessDeclaration,
  AccessRule,
  ExposureDeclaration,
  LoginWallDeclaration,
  Manifest,
} from './types';
import { hasTemplate, pathPattern, toPolicyPaths } from './pathPattern';
import { objectLabels } from './labels';
import { SERVICE_PORT } from './workload';
import { SIGN_IN_PATH } from './validateDeclaration';

/**
 * Headers by which a login wall tells who calls. Where no wall fills them they would be whatever a caller wrote, so
 * the gateway takes them away.
 */
const IDENTITY_HEADERS = [
  'x-auth-request-access-token',
  'x-auth-request-email',
  'x-auth-request-groups',
  'x-auth-request-preferred-username',
  'x-auth-request-user',
];

function identityHeaders(wall: LoginWallDeclaration | undefined): string[] {
  return wall && !IDENTITY_HEADERS.includes(wall.tokenHeader)
    ? [...IDENTITY_HEADERS, wall.tokenHeader]
    : IDENTITY_HEADERS;
}

/** Rules that a caller meets without having passed the wall, so that nothing has overwritten the caller's headers. */
function unwalledRules(declaration: AccessDeclaration): AccessRule[] {
  return declaration.exposure?.loginWall
    ? declaration.rules.filter(rule => rule.access.kind === 'public')
    : [];
}

function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.cluster.local`;
}

/** A plain string prefix would also take `/paymentsX`, so a prefix other than `/` is a pair. */
function uriMatches(path: string): object[] {
  const pattern = pathPattern(path);
  const base = `/${pattern.segments.join('/')}`;
  if (hasTemplate(pattern)) {
    const expression = `/${pattern.segments
      .map(segment =>
        segment === '{*}'
          ? '[^/]+'
          : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('/')}`;
    return [{ regex: pattern.subtree ? `${expression}(/.*)?` : expression }];
  }
  if (!pattern.subtree) {
    return [{ exact: base }];
  }
  return base === '/'
    ? [{ prefix: '/' }]
    : [{ exact: base }, { prefix: `${base}/` }];
}

/** @returns the match blocks of a rule, one for each path and method */
function virtualServiceMatches(rule: AccessRule): object[] {
  return rule.paths
    .flatMap(uriMatches)
    .flatMap(uri =>
      rule.methods.length === 0
        ? [{ uri }]
        : rule.methods.map(method => ({ uri, method: { exact: method } })),
    );
}

function subtreeOf(prefix: string): string {
  return prefix === '/' ? '/*' : `${prefix}/*`;
}

function renderVirtualService(
  declaration: AccessDeclaration,
  exposure: ExposureDeclaration,
): Manifest {
  const { service } = declaration;
  const { loginWall, gateway } = exposure;
  const removal = {
    headers: { request: { remove: identityHeaders(loginWall) } },
  };
  const route = [
    {
      destination: {
        host: serviceHost(service.name, service.namespace),
        port: { number: SERVICE_PORT },
      },
    },
  ];
  const unwalled = unwalledRules(declaration);
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: objectLabels(service.name),
    },
    spec: {
      hosts: [exposure.host],
      gateways: [`${gateway.namespace}/${gateway.name}`],
      http: [
        ...(loginWall?.signIn
          ? [
              {
                name: 'sign-in',
                match: uriMatches(`${SIGN_IN_PATH}/*`).map(uri => ({ uri })),
                route: [
                  {
                    destination: {
                      host: serviceHost(
                        loginWall.signIn.service,
                        loginWall.signIn.namespace,
                      ),
                      port: { number: loginWall.signIn.port },
                    },
                  },
                ],
              },
            ]
          : []),
        ...(unwalled.length > 0
          ? [
              {
                name: 'public',
                match: unwalled.flatMap(virtualServiceMatches),
                ...removal,
                route,
              },
            ]
          : []),
        {
          name: 'service',
          match: uriMatches(subtreeOf(exposure.pathPrefix)).map(uri => ({
            uri,
          })),
          ...(!loginWall && removal),
          route,
        },
      ],
    },
  };
}

function routePath(path: string): object {
  const pattern = pathPattern(path);
  const value = `/${pattern.segments.join('/')}`;
  // Unlike a VirtualService's prefix, PathPrefix goes by whole segments.
  return { type: pattern.subtree ? 'PathPrefix' : 'Exact', value };
}

function renderHttpRoute(
  declaration: AccessDeclaration,
  exposure: ExposureDeclaration,
): Manifest {
  const { service } = declaration;
  const { loginWall, gateway } = exposure;
  const filters = [
    {
      type: 'RequestHeaderModifier',
      requestHeaderModifier: { remove: identityHeaders(loginWall) },
    },
  ];
  const backendRefs = [{ name: service.name, port: SERVICE_PORT }];
  const unwalled = unwalledRules(declaration);
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: objectLabels(service.name),
    },
    spec: {
      parentRefs: [
        {
          namespace: gateway.namespace,
          name: gateway.name,
          ...(gateway.listener !== undefined && {
            sectionName: gateway.listener,
          }),
        },
      ],
      hostnames: [exposure.host],
      rules: [
        ...(loginWall?.signIn
          ? [
              {
                matches: [{ path: routePath(`${SIGN_IN_PATH}/*`) }],
                backendRefs: [
                  {
                    namespace: loginWall.signIn.namespace,
                    name: loginWall.signIn.service,
                    port: loginWall.signIn.port,
                  },
                ],
              },
            ]
          : []),
        ...(unwalled.length > 0
          ? [
              {
                matches: unwalled.flatMap(rule =>
                  rule.paths
                    .map(path => ({ path: routePath(path) }))
                    .flatMap(match =>
                      rule.methods.length === 0
                        ? [match]
                        : rule.methods.map(method => ({ ...match, method })),
                    ),
                ),
                filters,
                backendRefs,
              },
            ]
          : []),
        {
          matches: [{ path: routePath(subtreeOf(exposure.pathPrefix)) }],
          ...(!loginWall && { filters }),
          backendRefs,
        },
      ],
    },
  };
}

/** The route from the gateway to the service, with the path of the login wall where the host needs it. */
export function renderExposure(
  declaration: AccessDeclaration,
): Manifest | undefined {
  const { exposure } = declaration;
  if (!exposure) {
    return undefined;
  }
  return exposure.kind === 'virtualService'
    ? renderVirtualService(declaration, exposure)
    : renderHttpRoute(declaration, exposure);
}

type ParsedExposure = Pick<
  ExposureDeclaration,
  'kind' | 'host' | 'pathPrefix' | 'gateway'
> & { signIn?: LoginWallDeclaration['signIn'] };

/** The inverse of {@link renderExposure}. */
export function parseExposure(manifest: Manifest): ParsedExposure | undefined {
  return manifest.kind === 'VirtualService'
    ? parseVirtualService(manifest)
    : parseHttpRoute(manifest);
}

function parseVirtualService(manifest: Manifest): ParsedExposure | undefined {
  const spec = manifest.spec as {
    hosts?: string[];
    gateways?: string[];
    http?: {
      name?: string;
      match?: { uri?: { exact?: string; prefix?: string } }[];
      route?: { destination: { host: string; port?: { number: number } } }[];
    }[];
  };
  const { hosts, gateways, http } = spec;
  if (hosts?.length !== 1 || gateways?.length !== 1 || !http) {
    return undefined;
  }
  const gateway = /^([^/]+)\/([^/]+)$/.exec(gateways[0]);
  const uri = http.find(route => route.name === 'service')?.match?.[0]?.uri;
  const pathPrefix = uri?.exact ?? uri?.prefix;
  if (!gateway || pathPrefix === undefined) {
    return undefined;
  }
  const destination = http.find(route => route.name === 'sign-in')?.route?.[0]
    ?.destination;
  const signInHost =
    destination && /^([^.]+)\.([^.]+)\.svc\./.exec(destination.host);
  return {
    kind: 'virtualService',
    host: hosts[0],
    pathPrefix,
    gateway: { namespace: gateway[1], name: gateway[2] },
    ...(signInHost &&
      destination.port && {
        signIn: {
          namespace: signInHost[2],
          service: signInHost[1],
          port: destination.port.number,
        },
      }),
  };
}

function parseHttpRoute(manifest: Manifest): ParsedExposure | undefined {
  const spec = manifest.spec as {
    parentRefs?: { namespace?: string; name: string; sectionName?: string }[];
    hostnames?: string[];
    rules?: {
      matches?: { path?: { type: string; value: string } }[];
      backendRefs?: { namespace?: string; name: string; port?: number }[];
    }[];
  };
  const { parentRefs, hostnames, rules } = spec;
  const parent = parentRefs?.[0];
  const path = rules?.[rules.length - 1]?.matches?.[0]?.path;
  if (
    parentRefs?.length !== 1 ||
    hostnames?.length !== 1 ||
    !parent?.namespace ||
    path?.type !== 'PathPrefix'
  ) {
    return undefined;
  }
  const signIn = rules?.find(
    rule => rule.matches?.[0]?.path?.value === SIGN_IN_PATH,
  )?.backendRefs?.[0];
  return {
    kind: 'httpRoute',
    host: hostnames[0],
    pathPrefix: path.value,
    gateway: {
      namespace: parent.namespace,
      name: parent.name,
      ...(parent.sectionName !== undefined && { listener: parent.sectionName }),
    },
    ...(signIn?.namespace &&
      signIn.port && {
        signIn: {
          namespace: signIn.namespace,
          service: signIn.name,
          port: signIn.port,
        },
      }),
  };
}

/**
 * The CUSTOM policy that puts the exposure behind the wall, in the namespace of the gateway.
 *
 * @remarks
 * A policy matches the host as the caller wrote it, with its port, while a route does not care; hence the second form.
 * Public paths are left out for exactly their methods.
 */
export function renderLoginWall(
  declaration: AccessDeclaration,
): Manifest | undefined {
  const { service, exposure, rules } = declaration;
  const policy = exposure?.loginWall?.policy;
  if (!exposure || !policy) {
    return undefined;
  }
  const hosts = [exposure.host, `${exposure.host}:*`];
  const publicRules = rules.filter(rule => rule.access.kind === 'public');
  const publicPaths = publicRules.flatMap(rule =>
    rule.paths.flatMap(toPolicyPaths),
  );
  const operation = {
    hosts,
    ...(exposure.pathPrefix !== '/' && {
      paths: toPolicyPaths(subtreeOf(exposure.pathPrefix)),
    }),
    ...(publicPaths.length > 0 && { notPaths: publicPaths }),
  };
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: {
      name: loginWallName(service.name, service.namespace),
      namespace: exposure.gateway.namespace,
      labels: objectLabels(service.name),
    },
    spec: {
      ...(exposure.kind === 'httpRoute'
        ? {
            targetRefs: [
              {
                group: 'gateway.networking.k8s.io',
                kind: 'Gateway',
                name: exposure.gateway.name,
              },
            ],
          }
        : { selector: { matchLabels: policy.gatewayLabels } }),
      action: 'CUSTOM',
      provider: { name: policy.provider },
      rules: [
        {
          to: [
            { operation },
            ...publicRules
              .filter(rule => rule.methods.length > 0)
              .map(rule => ({
                operation: {
                  hosts,
                  paths: rule.paths.flatMap(toPolicyPaths),
                  notMethods: rule.methods,
                },
              })),
          ],
        },
      ],
    },
  };
}

export function loginWallName(name: string, namespace: string): string {
  return `login-wall-${namespace}-${name}`;
}

/** The inverse of {@link renderLoginWall}. */
export function parseLoginWall(
  manifest: Manifest,
): LoginWallDeclaration['policy'] {
  const spec = manifest.spec as {
    provider?: { name: string };
    selector?: { matchLabels?: Record<string, string> };
  };
  return spec.provider
    ? {
        provider: spec.provider.name,
        ...(spec.selector?.matchLabels && {
          gatewayLabels: spec.selector.matchLabels,
        }),
      }
    : undefined;
}
