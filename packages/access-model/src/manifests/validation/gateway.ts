import type { GatewayServer, GatewaySpec } from '../specs';
import type { MeshObject } from '../types';
import type { Issues } from './Issues';
import { checkWildcardDomain, isDnsLabel, looksLikeAddress } from './names';

const HTTP = new Set(['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB', 'HTTP_PROXY']);
const TLS = new Set(['HTTPS', 'TLS']);
const OTHER = new Set(['TCP', 'MONGO', 'REDIS', 'MYSQL', 'UDP', 'HBONE']);

/** Istio: pkg/config/validation/agent, ValidateNamespaceSlashWildcardHostname for gateways. */
function checkHost(host: string): string | undefined {
  const slash = host.indexOf('/');
  const namespace = slash < 0 ? '*' : host.slice(0, slash);
  const name = slash < 0 ? host : host.slice(slash + 1);
  if (namespace === '' || name === '') {
    return 'namespace and host name must not be empty';
  }
  if (namespace !== '*' && namespace !== '.' && !isDnsLabel(namespace)) {
    return `invalid namespace ${JSON.stringify(namespace)}`;
  }
  if (name !== '*' && !name.includes('.')) {
    return 'short names (non FQDN) are not allowed';
  }
  if (name !== '*' && name.startsWith('*') && !name.startsWith('*.')) {
    return 'partial wildcard is not allowed';
  }
  const wrong = checkWildcardDomain(name);
  return wrong && !looksLikeAddress(name) ? wrong : undefined;
}

function validateServer(server: GatewayServer, path: string, issues: Issues) {
  if (!server.hosts?.length) {
    issues.error(`${path}.hosts`, 'a server needs at least one host');
  }
  server.hosts?.forEach((host, index) => {
    const wrong = checkHost(host);
    if (wrong) issues.error(`${path}.hosts[${index}]`, wrong);
  });
  const { number, name, protocol } = server.port;
  const upper = protocol.toUpperCase();
  if (!HTTP.has(upper) && !TLS.has(upper) && !OTHER.has(upper)) {
    issues.error(
      `${path}.port.protocol`,
      `unknown protocol ${JSON.stringify(protocol)}`,
    );
    return;
  }
  if (!name) issues.error(`${path}.port.name`, 'port name must be set');
  if (!(number >= 1 && number <= 65535)) {
    issues.error(`${path}.port.number`, 'port must be in range 1..65535');
  }
  if (TLS.has(upper) && !server.tls) {
    issues.error(`${path}.tls`, `a server for ${upper} needs tls settings`);
  }
  if (!TLS.has(upper) && server.tls) {
    const { tls } = server;
    const plainRedirect =
      HTTP.has(upper) &&
      (tls.mode === undefined ||
        tls.mode === 'PASSTHROUGH' ||
        tls.mode === 'AUTO_PASSTHROUGH') &&
      !tls.caCertificates &&
      !tls.privateKey &&
      !tls.serverCertificate;
    if (!plainRedirect) {
      issues.error(
        `${path}.tls`,
        `a server for ${upper} cannot have tls settings other than httpsRedirect`,
      );
    }
  }
  validateTls(server, path, issues);
  // Istiod drops the whole listener of such a server: the same host for all and for one namespace ends in one list twice.
  const seen = new Map<string, string>();
  server.hosts?.forEach(host => {
    const bare = host.includes('/') ? host.slice(host.indexOf('/') + 1) : host;
    if (seen.has(bare)) {
      issues.warning(
        `${path}.hosts`,
        `host ${bare} is listed more than once (${seen.get(bare)}, ${host})`,
      );
    }
    seen.set(bare, host);
  });
}

/** Istio: pkg/config/validation/validation.go, validateTLSOptions. */
function validateTls(server: GatewayServer, path: string, issues: Issues) {
  const { tls } = server;
  if (!tls) return;
  const mode = tls.mode ?? 'PASSTHROUGH';
  const credential = tls.credentialName || tls.credentialNames?.length;
  if (mode === 'ISTIO_MUTUAL') {
    if (
      credential ||
      tls.serverCertificate ||
      tls.privateKey ||
      tls.caCertificates
    ) {
      issues.error(
        `${path}.tls`,
        'ISTIO_MUTUAL cannot have certificates of its own',
      );
    }
    return;
  }
  if (
    credential ||
    (mode !== 'SIMPLE' && mode !== 'MUTUAL' && mode !== 'OPTIONAL_MUTUAL')
  ) {
    return;
  }
  if (!tls.serverCertificate || !tls.privateKey) {
    issues.error(
      `${path}.tls`,
      `${mode} needs credentialName, or serverCertificate and privateKey`,
    );
  }
  if (mode !== 'SIMPLE' && !tls.caCertificates) {
    issues.error(`${path}.tls.caCertificates`, `${mode} needs a client CA`);
  }
}

/** Istio: pkg/config/validation/validation.go, ValidateGateway. @internal */
export function validateGateway(object: MeshObject, issues: Issues) {
  const spec = (object.spec ?? {}) as GatewaySpec;
  if (!isDnsLabel(object.metadata.name)) {
    issues.error(
      'metadata.name',
      `invalid gateway name ${JSON.stringify(object.metadata.name)}`,
    );
  }
  if (!spec.servers?.length) {
    issues.error('spec.servers', 'a gateway needs at least one server');
  }
  const names = new Set<string>();
  spec.servers?.forEach((server, index) => {
    const path = `spec.servers[${index}]`;
    if (!server?.port) {
      issues.error(`${path}.port`, 'port is required');
      return;
    }
    validateServer(server, path, issues);
    const { name } = server.port;
    if (name !== undefined && names.has(name)) {
      issues.error(
        `${path}.port.name`,
        `port names must be unique, found ${name} twice`,
      );
    }
    if (name !== undefined) names.add(name);
  });
}
