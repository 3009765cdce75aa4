import { AccessDeclaration, ManifestFile } from './types';
import {
  renderAuthorizationPolicies,
  renderPeerAuthentication,
  renderRequestAuthentication,
} from './meshAccess';
import { renderExposure, renderLoginWall } from './exposure';
import {
  renderDeployment,
  renderNamespace,
  renderService,
  renderServiceAccount,
} from './workload';
import { validateDeclaration } from './validateDeclaration';

/**
 * The manifests that make a declaration true, one object a file, in a stable order.
 *
 * @throws Error naming the first field that {@link validateDeclaration} would report
 *
 * @public
 */
export function renderDeclaration(
  declaration: AccessDeclaration,
): ManifestFile[] {
  const [problem] = validateDeclaration(declaration);
  if (problem) {
    throw new Error(`${problem.field}: ${problem.message}`);
  }
  const { service } = declaration;
  const [gatewayPolicy, callersPolicy] =
    renderAuthorizationPolicies(declaration);
  const exposure = renderExposure(declaration);
  const wall = renderLoginWall(declaration);
  return [
    ...(service.ownsNamespace
      ? [{ path: 'namespace.yaml', manifest: renderNamespace(service) }]
      : []),
    { path: 'service-account.yaml', manifest: renderServiceAccount(service) },
    { path: 'deployment.yaml', manifest: renderDeployment(service) },
    { path: 'service.yaml', manifest: renderService(service) },
    ...(exposure
      ? [
          {
            path:
              exposure.kind === 'VirtualService'
                ? 'virtual-service.yaml'
                : 'http-route.yaml',
            manifest: exposure,
          },
        ]
      : []),
    ...(wall ? [{ path: 'login-wall.yaml', manifest: wall }] : []),
    {
      path: 'request-authentication.yaml',
      manifest: renderRequestAuthentication(declaration),
    },
    { path: 'authorization-policy.yaml', manifest: gatewayPolicy },
    ...(callersPolicy
      ? [
          {
            path: 'authorization-policy-callers.yaml',
            manifest: callersPolicy,
          },
        ]
      : []),
    {
      path: 'peer-authentication.yaml',
      manifest: renderPeerAuthentication(declaration),
    },
  ];
}
