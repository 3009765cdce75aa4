import {
  AccessDeclaration,
  DeclarationProblem,
  ExposureDeclaration,
  Manifest,
} from './types';
import {
  parseAuthorizationPolicies,
  parseRequestAuthentication,
} from './meshAccess';
import { loginWallName, parseExposure, parseLoginWall } from './exposure';
import { parseDeployment } from './workload';
import { renderDeclaration } from './renderDeclaration';
import { validateDeclaration } from './validateDeclaration';

/**
 * A declaration, or why there is none.
 *
 * @public
 */
export type ParsedDeclaration =
  | { declaration: AccessDeclaration; problems?: undefined }
  | { declaration?: undefined; problems: DeclarationProblem[] };

/**
 * Reads a declaration back from a service's manifests, so that a change of access starts from what the repository says.
 *
 * @remarks
 * `parseDeclaration(render(x))` is `x`. Manifests that say something which a declaration cannot say are refused, with
 * the object's kind and name as field: changing them through a form would lose it. Fields outside of access (replicas,
 * probes, labels) may differ.
 *
 * @param name - name of the service, for which the objects are picked
 *
 * @public
 */
export function parseDeclaration(
  manifests: Manifest[],
  name: string,
): ParsedDeclaration {
  const find = (kind: string, objectName = name) =>
    manifests.find(
      manifest =>
        manifest.kind === kind && manifest.metadata.name === objectName,
    );
  const refuse = (field: string, message: string): ParsedDeclaration => ({
    problems: [{ field, message }],
  });
  const deployment = find('Deployment');
  const service = deployment && parseDeployment(deployment);
  if (!service) {
    return refuse(
      `Deployment/${name}`,
      'is missing, or has no container of that name with image and port',
    );
  }
  const authentication = find('RequestAuthentication');
  const tokens = authentication && parseRequestAuthentication(authentication);
  if (!tokens) {
    return refuse(
      `RequestAuthentication/${name}`,
      'is missing, or reads tokens in a way that no declaration says',
    );
  }
  const gateway = find('AuthorizationPolicy');
  const policies =
    gateway &&
    parseAuthorizationPolicies({
      gateway,
      callers: find('AuthorizationPolicy', `${name}-callers`),
      identity: tokens.identity,
    });
  if (!policies) {
    return refuse(
      `AuthorizationPolicy/${name}`,
      'is missing, or has a rule that no declaration says',
    );
  }
  const route = find('VirtualService') ?? find('HTTPRoute');
  let exposure: ExposureDeclaration | undefined;
  if (route) {
    const parsed = parseExposure(route);
    if (!parsed) {
      return refuse(
        `${route.kind}/${name}`,
        'does not lead from one host and one gateway to this service',
      );
    }
    const { signIn, ...rest } = parsed;
    const wall = find(
      'AuthorizationPolicy',
      loginWallName(name, service.namespace),
    );
    const policy = wall && parseLoginWall(wall);
    exposure = {
      ...rest,
      gateway: {
        ...rest.gateway,
        ...(policies.gatewayAccount && {
          serviceAccount: policies.gatewayAccount,
        }),
      },
      ...(tokens.wall && {
        loginWall: {
          ...tokens.wall,
          ...(signIn && { signIn }),
          ...(policy && { policy }),
        },
      }),
    };
  }
  const declaration: AccessDeclaration = {
    service: {
      ...service,
      ownsNamespace: find('Namespace', service.namespace) !== undefined,
    },
    ...(exposure && { exposure }),
    identity: tokens.identity,
    rules: policies.rules,
    callers: policies.callers,
  };
  const problems = validateDeclaration(declaration);
  if (problems.length > 0) {
    return { problems };
  }
  const [difference] = accessDifferences(declaration, manifests);
  return difference
    ? refuse(difference, 'says more than a declaration can say')
    : { declaration };
}

const ACCESS_KINDS = [
  'VirtualService',
  'HTTPRoute',
  'RequestAuthentication',
  'AuthorizationPolicy',
  'PeerAuthentication',
];

/** Objects that would come out differently, and so hold something that the declaration lost. */
function accessDifferences(
  declaration: AccessDeclaration,
  manifests: Manifest[],
): string[] {
  return renderDeclaration(declaration)
    .map(file => file.manifest)
    .filter(rendered => ACCESS_KINDS.includes(rendered.kind))
    .filter(rendered => {
      const written = manifests.find(
        manifest =>
          manifest.kind === rendered.kind &&
          manifest.metadata.name === rendered.metadata.name &&
          manifest.metadata.namespace === rendered.metadata.namespace,
      );
      return !written || canonical(written.spec) !== canonical(rendered.spec);
    })
    .map(rendered => `${rendered.kind}/${rendered.metadata.name}`);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}
