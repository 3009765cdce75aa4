import { Mesh, createMesh } from '../../mesh';
import { readObjects } from '../../manifests';
import { AccessDeclaration } from '../types';
import { renderDeclaration } from '../renderDeclaration';

const gatewayLabels = { istio: 'ingressgateway' };

/** What a platform has before any service: mesh configuration, gateway and authoriser. */
function platformObjects(declaration: AccessDeclaration): object[] {
  const gateway = declaration.exposure?.gateway;
  const wall = declaration.exposure?.loginWall;
  const provider = wall?.policy?.provider ?? 'oauth2-proxy';
  const account = gateway?.serviceAccount?.name ?? 'ingress';
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system' },
      data: {
        mesh: JSON.stringify({
          extensionProviders: [
            {
              name: provider,
              envoyExtAuthzHttp: {
                service: 'authoriser.platform.svc.cluster.local',
                port: 4180,
                headersToUpstreamOnAllow: [
                  'authorization',
                  wall?.tokenHeader ?? 'x-auth-request-access-token',
                ],
              },
            },
          ],
        }),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'authoriser', namespace: 'platform' },
      spec: { ports: [{ name: 'http', port: 4180 }] },
    },
    ...(gateway
      ? [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'gateway', namespace: gateway.namespace },
            spec: {
              selector: { matchLabels: gatewayLabels },
              template: {
                metadata: {
                  labels: gatewayLabels,
                  annotations: { 'inject.istio.io/templates': 'gateway' },
                },
                spec: { serviceAccountName: account, containers: [] },
              },
            },
          },
          {
            apiVersion: 'networking.istio.io/v1',
            kind: 'Gateway',
            metadata: { name: gateway.name, namespace: gateway.namespace },
            spec: {
              selector: gatewayLabels,
              servers: [
                {
                  port: { number: 8080, name: 'http', protocol: 'HTTP' },
                  hosts: ['*.example.com'],
                },
              ],
            },
          },
        ]
      : []),
    ...(gateway && wall && !wall.policy
      ? [
          {
            apiVersion: 'security.istio.io/v1',
            kind: 'AuthorizationPolicy',
            metadata: { name: 'wall', namespace: gateway.namespace },
            spec: {
              selector: { matchLabels: gatewayLabels },
              action: 'CUSTOM',
              provider: { name: provider },
              rules: [{}],
            },
          },
        ]
      : []),
  ];
}

/**
 * A mesh that holds the manifests of a declaration, for the gateways that select pods by label.
 *
 * @throws Error when the reader finds a problem in a manifest
 */
export function meshOf(declaration: AccessDeclaration): Mesh {
  const { objects, problems } = readObjects([
    ...platformObjects(declaration),
    ...renderDeclaration(declaration).map(file => file.manifest),
  ]);
  if (problems.length > 0) {
    throw new Error(JSON.stringify(problems, undefined, 2));
  }
  return createMesh({ objects, problems });
}
