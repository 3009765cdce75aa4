import type { ErrorObject } from 'ajv';
import { groupOf } from '../objectRef';
import { schemaOf } from '../schemas';
import type { MeshObject } from '../types';
import { Issues } from './Issues';
import type { Issue } from './Issues';
import { validateAuthorizationPolicy } from './authorizationPolicy';
import { validateGateway } from './gateway';
import { validatePeerAuthentication } from './peerAuthentication';
import { validateRequestAuthentication } from './requestAuthentication';
import { validateVirtualService } from './virtualService';

const semantic: Record<string, (object: MeshObject, issues: Issues) => void> = {
  'security.istio.io/AuthorizationPolicy': validateAuthorizationPolicy,
  'security.istio.io/RequestAuthentication': validateRequestAuthentication,
  'security.istio.io/PeerAuthentication': validatePeerAuthentication,
  'networking.istio.io/Gateway': validateGateway,
  'networking.istio.io/VirtualService': validateVirtualService,
};

/** `/rules/0/to` of a JSON pointer as `spec.rules[0].to`. */
function pathOf(pointer: string): string {
  let path = 'spec';
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replace(/~1/g, '/').replace(/~0/g, '~');
    path += /^\d+$/.test(key) ? `[${key}]` : `.${key}`;
  }
  return path;
}

function messageOf(error: ErrorObject): string {
  const found =
    error.data !== undefined && typeof error.data !== 'object'
      ? `, found ${JSON.stringify(error.data)}`
      : '';
  const hint =
    typeof error.data === 'boolean' && error.keyword === 'type'
      ? ' (an unquoted y, n, yes, no, on or off is a boolean: quote it)'
      : '';
  if (error.keyword === 'enum') {
    return `must be one of ${(
      error.params as { allowedValues: string[] }
    ).allowedValues.join(', ')}${found}`;
  }
  return `${error.message ?? error.keyword}${found}${hint}`;
}

/**
 * What Kubernetes or Istio's webhook would say about an object: errors mean that it would be refused.
 *
 * @internal
 */
export function validateObject(object: MeshObject): Issue[] {
  const issues = new Issues();
  const group = groupOf(object.apiVersion);
  const schema = schemaOf(group, object.kind);
  if (!schema) return issues.list;
  const version = object.apiVersion.slice(group.length + 1);
  if (!schema.versions.includes(version)) {
    issues.error(
      'apiVersion',
      `${object.kind} is served as ${group}/${schema.versions.join(
        ', ',
      )}, not ${object.apiVersion}`,
    );
    return issues.list;
  }
  if (!schema.validate(object.spec ?? {})) {
    const [error] = schema.validate.errors ?? [];
    issues.error(
      pathOf(error?.instancePath ?? ''),
      error ? messageOf(error) : 'does not fit the schema of its kind',
    );
    return issues.list;
  }
  semantic[`${group}/${object.kind}`]?.(object, issues);
  return issues.list;
}
