import { compileRegex } from '../../match/regex';
import type {
  HttpMatchRequest,
  HttpRouteSpec,
  StringMatch,
  VirtualServiceSpec,
} from '../specs';
import type { MeshObject } from '../types';
import type { Issues } from './Issues';
import { checkWildcardDomain, isDnsLabel, looksLikeAddress } from './names';

const HEADER_NAME = /^[-_A-Za-z0-9]+$/;
const PSEUDO = new Set([':method', ':path', ':authority', ':scheme']);
const MAX_REGEX_LENGTH = 1024;

/** Whether a header name stands for a claim of the token. Istio: pkg/jwt/routing.go. */
function isClaim(name: string): boolean {
  return /^@request\.auth\.claims(\..|\[.+\]$)/i.test(name);
}

function validateRegex(regex: string, path: string, issues: Issues) {
  if (regex === '') {
    issues.error(path, 'regular expression must not be empty');
  } else if (regex.length > MAX_REGEX_LENGTH) {
    issues.error(
      path,
      `regular expression is longer than ${MAX_REGEX_LENGTH} characters`,
    );
  } else if (!compileRegex(regex)) {
    issues.error(
      path,
      `${JSON.stringify(regex)} is not a regular expression of RE2`,
    );
  }
}

function validateStringMatch(
  match: StringMatch | null | undefined,
  path: string,
  issues: Issues,
) {
  if (!match) return;
  if (match.prefix === '')
    issues.error(`${path}.prefix`, 'prefix must not be empty');
  if (match.regex !== undefined)
    validateRegex(match.regex, `${path}.regex`, issues);
}

function validateMatch(match: HttpMatchRequest, path: string, issues: Issues) {
  if (match.uri?.regex !== undefined) {
    validateRegex(match.uri.regex, `${path}.uri.regex`, issues);
  }
  for (const field of ['scheme', 'method', 'authority'] as const) {
    validateStringMatch(match[field], `${path}.${field}`, issues);
  }
  for (const field of ['headers', 'withoutHeaders'] as const) {
    for (const [name, value] of Object.entries(match[field] ?? {})) {
      const at = `${path}.${field}.${name}`;
      if (!isClaim(name) && !PSEUDO.has(name) && !HEADER_NAME.test(name)) {
        issues.error(at, `${JSON.stringify(name)} is not a header name`);
      }
      if (field === 'withoutHeaders' && value?.regex === '*') continue;
      validateStringMatch(value, at, issues);
    }
  }
  for (const [name, value] of Object.entries(match.queryParams ?? {})) {
    validateStringMatch(value, `${path}.queryParams.${name}`, issues);
  }
  if (
    match.port !== undefined &&
    match.port !== 0 &&
    !(match.port >= 1 && match.port <= 65535)
  ) {
    issues.error(`${path}.port`, 'port must be in range 1..65535');
  }
}

function validateActions(route: HttpRouteSpec, path: string, issues: Issues) {
  const { redirect, directResponse, fault, rewrite } = route;
  const routed = Boolean(route.route?.length);
  if (redirect) {
    if (routed) issues.error(path, 'cannot contain both route and redirect');
    if (fault) issues.error(path, 'cannot contain both fault and redirect');
    if (rewrite) issues.error(path, 'cannot contain both rewrite and redirect');
    if (directResponse)
      issues.error(path, 'cannot contain both directResponse and redirect');
  } else if (directResponse) {
    if (routed)
      issues.error(path, 'cannot contain both route and directResponse');
    if (fault)
      issues.error(path, 'cannot contain both fault and directResponse');
    if (rewrite)
      issues.error(path, 'cannot contain both rewrite and directResponse');
  } else if (!routed) {
    issues.error(path, 'route, redirect or directResponse is required');
  }
}

function validateRedirect(route: HttpRouteSpec, path: string, issues: Issues) {
  const { redirect, directResponse, rewrite } = route;
  if (redirect) {
    const { uri, authority, scheme, port, derivePort, redirectCode } = redirect;
    if (
      !uri &&
      !authority &&
      !scheme &&
      port === undefined &&
      derivePort === undefined
    ) {
      issues.error(
        `${path}.redirect`,
        'must specify uri, authority, scheme or port',
      );
    }
    if (redirectCode && (redirectCode < 300 || redirectCode > 399)) {
      issues.error(`${path}.redirect.redirectCode`, 'must be 3xx');
    }
    if (scheme && scheme !== 'http' && scheme !== 'https') {
      issues.error(`${path}.redirect.scheme`, 'must be "http" or "https"');
    }
  }
  if (
    directResponse &&
    !(directResponse.status >= 200 && directResponse.status <= 599)
  ) {
    issues.error(`${path}.directResponse.status`, 'must be in range 200..599');
  }
  if (rewrite) {
    const regex = rewrite.uriRegexRewrite;
    if (rewrite.uri && regex) {
      issues.error(
        `${path}.rewrite`,
        'only one of uri and uriRegexRewrite can be set',
      );
    }
    if (!rewrite.uri && !regex && !rewrite.authority) {
      issues.error(
        `${path}.rewrite`,
        'must specify uri, uriRegexRewrite or authority',
      );
    }
    if (regex) {
      if (!regex.match || !regex.rewrite) {
        issues.error(
          `${path}.rewrite.uriRegexRewrite`,
          'needs both match and rewrite',
        );
      } else {
        validateRegex(
          regex.match,
          `${path}.rewrite.uriRegexRewrite.match`,
          issues,
        );
      }
    }
  }
}

function validateRoute(
  route: HttpRouteSpec,
  options: { delegate: boolean; path: string },
  issues: Issues,
) {
  const { delegate, path } = options;
  if (route.delegate && !delegate) {
    if (route.redirect)
      issues.error(path, 'a route with delegate must not specify redirect');
    if (route.route)
      issues.error(path, 'a route with delegate must not specify route');
  } else {
    if (route.delegate) {
      issues.error(`${path}.delegate`, 'a delegate cannot delegate again');
    }
    validateActions(route, path, issues);
  }
  route.match?.forEach((match, index) =>
    validateMatch(match ?? {}, `${path}.match[${index}]`, issues),
  );
  validateRedirect(route, path, issues);
  route.route?.forEach(({ destination, weight }, index) => {
    const at = `${path}.route[${index}]`;
    if (!destination) {
      issues.error(at, 'destination is required');
    } else {
      const wrong =
        destination.host === '*'
          ? 'invalid host *'
          : checkWildcardDomain(destination.host ?? '');
      if (wrong) issues.error(`${at}.destination.host`, wrong);
    }
    if (weight !== undefined && weight < 0)
      issues.error(`${at}.weight`, 'weight must not be negative');
  });
  if (
    (route.route?.length ?? 0) > 1 &&
    !route.route?.some(({ weight }) => weight)
  ) {
    issues.error(`${path}.route`, 'total of weights must be greater than zero');
  }
}

/** Whether one wildcard host covers another. Istio: pkg/config/host, Name.Matches. */
function hostsOverlap(a: string, b: string): boolean {
  const wildA = a.startsWith('*');
  const wildB = b.startsWith('*');
  if (!wildA && !wildB) return a === b;
  const [tailA, tailB] = [a.slice(wildA ? 1 : 0), b.slice(wildB ? 1 : 0)];
  if (wildA && wildB) return tailA.endsWith(tailB) || tailB.endsWith(tailA);
  return wildA ? b.endsWith(tailA) : a.endsWith(tailB);
}

/** Istio: pkg/config/validation/validation.go, ValidateVirtualService. @internal */
export function validateVirtualService(object: MeshObject, issues: Issues) {
  const spec = (object.spec ?? {}) as VirtualServiceSpec;
  const { hosts = [], gateways = [] } = spec;
  const delegate = hosts.length === 0;
  const forMesh = gateways.length === 0 || gateways.includes('mesh');
  if (delegate) {
    if (gateways.length)
      issues.error('spec.gateways', 'a delegate must have no gateways');
    if (spec.tls?.length)
      issues.error('spec.tls', 'a delegate must have no tls route');
    if (spec.tcp?.length)
      issues.error('spec.tcp', 'a delegate must have no tcp route');
  }
  gateways.forEach((gateway, index) => {
    const slash = gateway.indexOf('/');
    const sound =
      slash < 0
        ? !checkWildcardDomain(gateway) && !gateway.startsWith('*')
        : isDnsLabel(gateway.slice(0, slash)) &&
          isDnsLabel(gateway.slice(slash + 1));
    if (!sound)
      issues.error(
        `spec.gateways[${index}]`,
        `${JSON.stringify(gateway)} is not a gateway name`,
      );
  });
  hosts.forEach((host, index) => {
    const wrong =
      checkWildcardDomain(host) ??
      (forMesh && host === '*'
        ? 'wildcard host * is not allowed for virtual services bound to the mesh gateway'
        : undefined);
    if (wrong && !looksLikeAddress(host))
      issues.error(`spec.hosts[${index}]`, wrong);
    for (const other of hosts.slice(index + 1)) {
      if (hostsOverlap(host, other)) {
        issues.error(
          'spec.hosts',
          `duplicate hosts in virtual service: ${host} & ${other}`,
        );
      }
    }
  });
  if (!spec.http?.length && !spec.tls?.length && !spec.tcp?.length) {
    issues.error('spec', 'http, tcp or tls must be provided');
  }
  spec.http?.forEach((route, index) =>
    validateRoute(route, { delegate, path: `spec.http[${index}]` }, issues),
  );
  if (forMesh) {
    const claim = spec.http
      ?.flatMap(route => route.match ?? [])
      .flatMap(match => [
        ...Object.keys(match?.headers ?? {}),
        ...Object.keys(match?.withoutHeaders ?? {}),
      ])
      .find(isClaim);
    if (claim) {
      issues.error(
        'spec.http',
        `routing by claim (${claim}) is only supported for gateways`,
      );
    }
  }
  const exported = new Set<string>();
  spec.exportTo?.forEach((value, index) => {
    const namespace = value === '.' ? object.metadata.namespace ?? '' : value;
    if (exported.has(namespace)) {
      issues.error(`spec.exportTo[${index}]`, `duplicate entry ${value}`);
    }
    exported.add(namespace);
    if (value !== '.' && value !== '*' && !isDnsLabel(value)) {
      issues.error(
        `spec.exportTo[${index}]`,
        `${JSON.stringify(value)} is neither a namespace nor . nor *`,
      );
    }
  });
}
