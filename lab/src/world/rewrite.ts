import { parse, stringify } from 'yaml';
import { AnyObject } from '../kubernetes/KubernetesClient';
import { LabSettings } from '../settings';

/** What the manifests say about Keycloak inside of the mesh. */
const KEYCLOAK_IN_MESH = 'http://keycloak.keycloak.svc.cluster.local:8080';

/** The settings that decide the rewrites. @internal */
export type RewriteSettings = Pick<LabSettings, 'ports'>;

/**
 * Changes an object of the demo world, or of a service's repository, into what the lab can serve. Nothing else
 * differs between the manifests and what is applied:
 *
 * - `https://*.example.com` becomes `http://…:<gateway port>`, wherever an address stands;
 * - the HTTPS servers of classic gateways become HTTP on the gateway's port of 127.0.0.1, their redirects go;
 * - `jwksUri` names Keycloak's own address, because istiod fetches it without a mesh around it;
 * - the mesh configuration turns off the telemetry that only Istio's build of Envoy has.
 *
 * @internal
 */
export function rewriteObject(
  object: AnyObject,
  settings: RewriteSettings,
): AnyObject {
  const rewritten = rewritePublicAddresses(object, settings);
  if (isKind(rewritten, 'networking.istio.io', 'Gateway')) {
    rewritten.spec.servers = rewriteServers(rewritten.spec.servers, settings);
  }
  if (isKind(rewritten, 'security.istio.io', 'RequestAuthentication')) {
    for (const rule of rewritten.spec?.jwtRules ?? []) {
      if (rule.jwksUri) {
        rule.jwksUri = rewriteKeycloakAddress(rule.jwksUri, settings);
      }
    }
  }
  if (
    rewritten.kind === 'ConfigMap' &&
    rewritten.metadata.namespace === 'istio-system' &&
    rewritten.data?.mesh
  ) {
    rewritten.data.mesh = rewriteMeshConfiguration(rewritten.data.mesh);
  }
  return rewritten;
}

/** Puts Keycloak's loopback address in the place of its name in the mesh. @internal */
export function rewriteKeycloakAddress(
  text: string,
  { ports }: RewriteSettings,
): string {
  return text.replaceAll(
    KEYCLOAK_IN_MESH,
    `http://127.0.0.1:${ports.keycloak}`,
  );
}

/**
 * Puts `http://<host>:<gateway port>` in the place of `https://<host>` for each host of example.com, in every string
 * of a value.
 *
 * @internal
 */
export function rewritePublicAddresses<T>(
  value: T,
  settings: RewriteSettings,
): T {
  if (typeof value === 'string') {
    return value.replace(
      /https:\/\/((?:[a-z0-9*-]+\.)+example\.com)(?![\w.:-])/g,
      `http://$1:${settings.ports.gateway}`,
    ) as T;
  }
  if (Array.isArray(value)) {
    return value.map(item => rewritePublicAddresses(item, settings)) as T;
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        rewritePublicAddresses(item, settings),
      ]),
    ) as T;
  }
  return value;
}

interface GatewayServer {
  port: { number: number; name: string; protocol: string };
  hosts: string[];
  tls?: { httpsRedirect?: boolean };
  bind?: string;
}

function rewriteServers(
  servers: GatewayServer[],
  { ports }: RewriteSettings,
): GatewayServer[] {
  return servers
    .filter(server => !server.tls?.httpsRedirect)
    .map(({ tls: _tls, ...server }) => ({
      ...server,
      port: { number: ports.gateway, name: 'http', protocol: 'HTTP' },
      bind: '127.0.0.1',
    }));
}

function rewriteMeshConfiguration(text: string): string {
  return stringify(
    { ...parse(text), defaultProviders: {} },
    { version: '1.1' },
  );
}

function isKind(object: AnyObject, group: string, kind: string): boolean {
  return object.apiVersion.startsWith(`${group}/`) && object.kind === kind;
}
