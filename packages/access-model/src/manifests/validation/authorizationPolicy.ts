import { parseCidr } from '../../match/cidr';
import { isPathTemplate } from '../../match/pathTemplate';
import type {
  AuthorizationPolicySpec,
  AuthorizationRule,
  Condition,
  Operation,
  Source,
} from '../specs';
import type { MeshObject } from '../types';
import type { Issues } from './Issues';
import { validateTarget } from './target';

const SOURCE_FIELDS = [
  'principals',
  'notPrincipals',
  'requestPrincipals',
  'notRequestPrincipals',
  'namespaces',
  'notNamespaces',
  'serviceAccounts',
  'notServiceAccounts',
  'ipBlocks',
  'notIpBlocks',
  'remoteIpBlocks',
  'notRemoteIpBlocks',
] as const;

const OPERATION_FIELDS = [
  'hosts',
  'notHosts',
  'ports',
  'notPorts',
  'methods',
  'notMethods',
  'paths',
  'notPaths',
] as const;

/** Fields and keys that need the caller's identity, which is not known yet when the external authoriser is asked. */
const NOT_FOR_CUSTOM = [
  'principals',
  'notPrincipals',
  'requestPrincipals',
  'notRequestPrincipals',
  'namespaces',
  'notNamespaces',
  'serviceAccounts',
  'notServiceAccounts',
] as const;

const LITERAL = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;
const PARSE_BOOL = /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

function validPort(text: string): boolean {
  return /^\+?\d+$/.test(text) && Number(text) <= 65535;
}

function checkServiceAccount(value: string): string | undefined {
  if (value.includes('*')) return 'wildcard not allowed';
  if (value.length > 320) return 'value cannot exceed 320 characters';
  const parts = value.split('/');
  if (parts.length > 2 || parts.some(part => part === '')) {
    return "expected 'serviceAccount' or 'namespace/serviceAccount'";
  }
  return undefined;
}

/** Istio: pkg/config/security/security.go, CheckValidPathTemplate. */
function checkPath(path: string): string | undefined {
  const template = isPathTemplate(path);
  let anySeen = false;
  for (const part of path.replace(/^\/+|\/+$/g, '').split('/')) {
    if (part === '{*}' || part === '{**}') {
      if (anySeen) return '{**} is not the last operator';
      anySeen = part === '{**}';
      continue;
    }
    if (/[{}]/.test(part)) {
      return "contains '{' or '}' beyond a supported path template";
    }
    if (template && !LITERAL.test(part)) {
      return `contains segment ${JSON.stringify(
        part,
      )} with invalid string literal`;
    }
  }
  return undefined;
}

function validateSource(source: Source, path: string, issues: Issues) {
  const count = (...fields: (keyof Source)[]) =>
    fields.reduce((sum, field) => sum + (source[field]?.length ?? 0), 0);
  if (count(...SOURCE_FIELDS) === 0) {
    issues.error(path, 'from.source must not be empty');
  }
  if (
    count('principals', 'notPrincipals', 'namespaces', 'notNamespaces') > 0 &&
    count('serviceAccounts', 'notServiceAccounts') > 0
  ) {
    issues.error(
      path,
      'serviceAccounts cannot be set together with namespaces or principals',
    );
  }
  for (const field of SOURCE_FIELDS) {
    const values = source[field] ?? [];
    const account =
      field === 'serviceAccounts' || field === 'notServiceAccounts';
    if (account && values.length > 16) {
      issues.error(`${path}.${field}`, 'may not have more than 16 values');
    }
    values.forEach((value, index) => {
      const at = `${path}.${field}[${index}]`;
      if (value === '') {
        issues.error(at, 'empty value not allowed');
      } else if (account) {
        const wrong = checkServiceAccount(value);
        if (wrong) issues.error(at, wrong);
      } else if (/ipBlocks$/i.test(field) && !parseCidr(value)) {
        issues.error(
          at,
          `${JSON.stringify(value)} is neither an IP address nor a range`,
        );
      }
    });
  }
}

function validateOperation(operation: Operation, path: string, issues: Issues) {
  if (OPERATION_FIELDS.every(field => !operation[field]?.length)) {
    issues.error(path, 'to.operation must not be empty');
  }
  for (const field of OPERATION_FIELDS) {
    operation[field]?.forEach((value, index) => {
      const at = `${path}.${field}[${index}]`;
      if (value === '') {
        issues.error(at, 'empty value not allowed');
      } else if (/ports$/i.test(field) && !validPort(value)) {
        issues.error(at, `${JSON.stringify(value)} is not a port`);
      } else if (/paths$/i.test(field)) {
        const wrong = checkPath(value);
        if (wrong) issues.error(at, wrong);
      }
    });
  }
}

function checkKey(key: string, values: string[]): string | undefined {
  if (values.includes('')) return 'empty value not allowed';
  const map = () => {
    const open = key.indexOf('[');
    return key.endsWith(']') && open > 0 && open < key.length - 2
      ? undefined
      : 'should have the form a[b]';
  };
  if (
    key.startsWith('request.headers') ||
    key.startsWith('request.auth.claims') ||
    key.startsWith('experimental.envoy.filters.')
  ) {
    return map();
  }
  switch (key) {
    case 'source.ip':
    case 'remote.ip':
    case 'destination.ip': {
      const bad = values.find(value => !parseCidr(value));
      return bad === undefined
        ? undefined
        : `${JSON.stringify(bad)} is neither an IP address nor a range`;
    }
    case 'destination.port': {
      const bad = values.find(value => !validPort(value));
      return bad === undefined
        ? undefined
        : `${JSON.stringify(bad)} is not a port`;
    }
    case 'source.serviceAccount':
      return values.length > 16
        ? 'may not have more than 16 values'
        : values.map(checkServiceAccount).find(Boolean);
    case 'source.namespace':
    case 'source.principal':
    case 'request.auth.principal':
    case 'request.auth.audiences':
    case 'request.auth.presenter':
    case 'connection.sni':
      return undefined;
    default:
      return `unknown attribute ${key}`;
  }
}

function validateCondition(condition: Condition, path: string, issues: Issues) {
  if (!condition.key) {
    issues.error(`${path}.key`, 'key must not be empty');
    return;
  }
  const { values = [], notValues = [] } = condition;
  if (values.length === 0 && notValues.length === 0) {
    issues.error(
      path,
      `at least one of values or notValues must be set for key ${condition.key}`,
    );
    return;
  }
  const wrong =
    checkKey(condition.key, values) ?? checkKey(condition.key, notValues);
  if (wrong) issues.error(path, `key ${condition.key}: ${wrong}`);
}

function validateCustomRule(
  rule: AuthorizationRule,
  path: string,
  issues: Issues,
) {
  rule.from?.forEach(({ source }, index) => {
    for (const field of NOT_FOR_CUSTOM) {
      if (source?.[field]?.length) {
        issues.error(
          `${path}.from[${index}].source.${field}`,
          `${field} is not supported with action CUSTOM, which runs before any token is read`,
        );
      }
    }
  });
  rule.when?.forEach(({ key }, index) => {
    if (
      key === 'source.namespace' ||
      key === 'source.serviceAccount' ||
      key === 'source.principal' ||
      key?.startsWith('request.auth.')
    ) {
      issues.error(
        `${path}.when[${index}].key`,
        `${key} is not supported with action CUSTOM, which runs before any token is read`,
      );
    }
  });
}

/** HTTP attributes alone in a DENY rule deny every connection of a TCP port. */
function warnAboutTcp(rule: AuthorizationRule, path: string, issues: Issues) {
  const tcpFrom = rule.from?.some(({ source }) =>
    Object.keys(source ?? {}).some(field => !/requestPrincipals$/i.test(field)),
  );
  const tcpTo = rule.to?.some(
    ({ operation }) => operation?.ports || operation?.notPorts,
  );
  if (
    (rule.from?.length && !rule.to?.length && !tcpFrom) ||
    (rule.to?.length && !tcpTo)
  ) {
    issues.warning(
      path,
      'this DENY rule uses only HTTP attributes, so it denies all traffic to the TCP ports of the workloads it selects; name the ports',
    );
  }
}

/**
 * Istio: pkg/config/validation/validation.go, ValidateAuthorizationPolicy, and the annotation check of validateAnnotationDryRun.
 *
 * @internal
 */
export function validateAuthorizationPolicy(
  object: MeshObject,
  issues: Issues,
) {
  const spec = (object.spec ?? {}) as AuthorizationPolicySpec;
  const action = spec.action ?? 'ALLOW';
  validateTarget(spec, issues);

  const dryRun = object.metadata.annotations?.['istio.io/dry-run'];
  if (dryRun !== undefined) {
    if (action !== 'ALLOW' && action !== 'DENY') {
      issues.error(
        'metadata.annotations',
        `dry-run is not supported with action ${action}`,
      );
    } else if (!PARSE_BOOL.test(dryRun)) {
      issues.error(
        'metadata.annotations',
        `istio.io/dry-run must be a boolean, found ${JSON.stringify(dryRun)}`,
      );
    }
  }

  if ((action === 'CUSTOM' || action === 'DENY') && spec.rules === undefined) {
    issues.error(
      'spec.rules',
      `${action} without rules is never triggered; add an empty rule {} to trigger it for every request`,
    );
  }
  if (action === 'CUSTOM' && spec.rules && !spec.provider?.name) {
    issues.error('spec.provider.name', 'provider.name must not be empty');
  }
  if (spec.provider && action !== 'CUSTOM') {
    issues.error(
      'spec.provider',
      `provider must not be set with action ${action}`,
    );
  }

  spec.rules?.forEach((rule, index) => {
    const path = `spec.rules[${index}]`;
    rule.from?.forEach(({ source }, at) => {
      const where = `${path}.from[${at}].source`;
      if (source) validateSource(source, where, issues);
      else issues.error(where, 'from.source must be set');
    });
    rule.to?.forEach(({ operation }, at) => {
      const where = `${path}.to[${at}].operation`;
      if (operation) validateOperation(operation, where, issues);
      else issues.error(where, 'to.operation must be set');
    });
    rule.when?.forEach((condition, at) =>
      validateCondition(condition, `${path}.when[${at}]`, issues),
    );
    if (action === 'CUSTOM') validateCustomRule(rule, path, issues);
    if (action === 'DENY') warnAboutTcp(rule, path, issues);
  });
}
