import {
  AccessDeclaration,
  AccessRule,
  CallerRule,
  DeclarationProblem,
  ExposureDeclaration,
  RoleReference,
  ServiceAccountDeclaration,
} from './types';
import {
  isClientId,
  isDnsLabel,
  isHeaderName,
  isHostName,
  isImage,
  isIssuerUrl,
  isPort,
  isRoleName,
  isServiceName,
} from './names';
import {
  coversPath,
  hasTemplate,
  parsePathPattern,
  pathPattern,
  pathsIntersect,
} from './pathPattern';
import { overlapProblems } from './ruleOverlap';

/** Methods that a rule can name, in upper case: Envoy compares them literally. @public */
export const HTTP_METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
];

const RESERVED_NAMESPACES = ['istio-system', 'kube-system', 'kube-public'];
/** The path that the login wall itself answers on a walled host. */
export const SIGN_IN_PATH = '/oauth2';

type Report = (field: string, message: string) => void;

/**
 * Says what a declaration gets wrong: names that Kubernetes or a policy would not take, and rules that would not
 * mean what they say.
 *
 * @returns an empty list for a declaration that can be rendered
 *
 * @public
 */
export function validateDeclaration(
  declaration: AccessDeclaration,
): DeclarationProblem[] {
  const problems: DeclarationProblem[] = [];
  const report: Report = (field, message) => problems.push({ field, message });
  const { service, exposure, identity, rules, callers } = declaration;

  if (!isServiceName(service.name)) {
    report(
      'service.name',
      `"${service.name}" is not a DNS label that starts with a letter`,
    );
  }
  checkNamespace(service.namespace, exposure, report);
  if (!isImage(service.image)) {
    report('service.image', `"${service.image}" is not an image reference`);
  }
  if (!isPort(service.containerPort)) {
    report('service.containerPort', 'a port lies between 1 and 65535');
  }
  if (!isIssuerUrl(identity.issuer)) {
    report(
      'identity.issuer',
      `"${identity.issuer}" is not an http(s) address without query and slash at its end`,
    );
  }
  if (!isIssuerUrl(identity.jwksUri)) {
    report(
      'identity.jwksUri',
      `"${identity.jwksUri}" is not an http(s) address without query and slash at its end`,
    );
  }
  if (!isClientId(identity.clientId)) {
    report('identity.clientId', `"${identity.clientId}" is not a client id`);
  }
  if (exposure) {
    checkExposure(exposure, report);
    if (rules.length === 0) {
      report('rules', 'a service behind a gateway needs at least one rule');
    }
  } else if (rules.length > 0) {
    report('rules', 'rules are for callers from a gateway, and there is none');
  }
  checkRules(declaration, report);
  checkCallers(callers, report);
  return problems;
}

function checkNamespace(
  namespace: string,
  exposure: ExposureDeclaration | undefined,
  report: Report,
) {
  if (!isDnsLabel(namespace)) {
    report('service.namespace', `"${namespace}" is not a DNS label`);
  } else if (
    RESERVED_NAMESPACES.includes(namespace) ||
    namespace.startsWith('kube-') ||
    namespace === exposure?.gateway.namespace
  ) {
    report(
      'service.namespace',
      `"${namespace}" belongs to the platform; a policy there reaches more than this service`,
    );
  }
}

function checkExposure(exposure: ExposureDeclaration, report: Report) {
  if (!isHostName(exposure.host)) {
    report(
      'exposure.host',
      `"${exposure.host}" is not a DNS name in lower case without wildcard and port`,
    );
  }
  const prefix = parsePathPattern(exposure.pathPrefix);
  if ('reason' in prefix) {
    report('exposure.pathPrefix', prefix.reason);
  } else if (prefix.pattern.subtree || hasTemplate(prefix.pattern)) {
    report('exposure.pathPrefix', 'a prefix is a plain path such as /payments');
  } else if (
    exposure.loginWall &&
    coversPath(pathPattern(`${SIGN_IN_PATH}/*`), prefix.pattern)
  ) {
    report(
      'exposure.pathPrefix',
      `${SIGN_IN_PATH} belongs to the login wall on this host`,
    );
  }
  checkServiceAccount(
    { namespace: exposure.gateway.namespace, name: exposure.gateway.name },
    'exposure.gateway',
    report,
  );
  if (exposure.gateway.serviceAccount) {
    checkServiceAccount(
      exposure.gateway.serviceAccount,
      'exposure.gateway.serviceAccount',
      report,
    );
  }
  if (exposure.gateway.listener !== undefined) {
    if (exposure.kind === 'virtualService') {
      report(
        'exposure.gateway.listener',
        'a VirtualService cannot choose a listener',
      );
    } else if (!isHostNameOrLabel(exposure.gateway.listener)) {
      report(
        'exposure.gateway.listener',
        `"${exposure.gateway.listener}" is not a listener name`,
      );
    }
  }
  checkLoginWall(exposure, report);
}

function isHostNameOrLabel(text: string): boolean {
  return isDnsLabel(text) || isHostName(text);
}

function checkLoginWall(exposure: ExposureDeclaration, report: Report) {
  const wall = exposure.loginWall;
  if (!wall) {
    return;
  }
  if (!isHeaderName(wall.tokenHeader)) {
    report(
      'exposure.loginWall.tokenHeader',
      `"${wall.tokenHeader}" is not a header name in lower case`,
    );
  } else if (wall.tokenHeader === 'authorization') {
    report(
      'exposure.loginWall.tokenHeader',
      'the Authorization header is read for callers with a token of their own',
    );
  }
  if (!isClientId(wall.audience)) {
    report('exposure.loginWall.audience', `"${wall.audience}" is no client id`);
  }
  if (wall.signIn) {
    if (
      !isDnsLabel(wall.signIn.namespace) ||
      !isServiceName(wall.signIn.service) ||
      !isPort(wall.signIn.port)
    ) {
      report('exposure.loginWall.signIn', 'is not the address of a Service');
    }
  }
  if (wall.policy) {
    if (!isDnsLabel(wall.policy.provider)) {
      report(
        'exposure.loginWall.policy.provider',
        `"${wall.policy.provider}" is not a provider name`,
      );
    }
    const labels = Object.entries(wall.policy.gatewayLabels ?? {});
    if (exposure.kind === 'virtualService' && labels.length === 0) {
      // Without a selector the policy would hold for every workload of the gateway's namespace.
      report(
        'exposure.loginWall.policy.gatewayLabels',
        'the labels of the gateway are needed to put the wall there and nowhere else',
      );
    }
    if (exposure.kind === 'httpRoute' && labels.length > 0) {
      report(
        'exposure.loginWall.policy.gatewayLabels',
        'a Gateway API gateway is named by targetRefs, not by labels',
      );
    }
  }
}

function checkServiceAccount(
  account: ServiceAccountDeclaration,
  field: string,
  report: Report,
) {
  if (!isDnsLabel(account.namespace)) {
    report(`${field}.namespace`, `"${account.namespace}" is not a DNS label`);
  }
  if (!isHostNameOrLabel(account.name)) {
    report(`${field}.name`, `"${account.name}" is not a name of an object`);
  }
}

function checkMethods(methods: string[], field: string, report: Report) {
  methods.forEach((method, index) => {
    if (!HTTP_METHODS.includes(method)) {
      report(
        `${field}.methods[${index}]`,
        `"${method}" is none of ${HTTP_METHODS.join(', ')}`,
      );
    } else if (methods.indexOf(method) !== index) {
      report(`${field}.methods[${index}]`, `${method} is said twice`);
    }
  });
}

function checkRoles(roles: RoleReference[], field: string, report: Report) {
  roles.forEach((role, index) => {
    if (!isRoleName(role.name)) {
      report(`${field}[${index}]`, `"${role.name}" is not a role name`);
    } else if (
      roles.findIndex(
        other => other.kind === role.kind && other.name === role.name,
      ) !== index
    ) {
      report(`${field}[${index}]`, `${role.name} is said twice`);
    }
  });
}

/** @returns whether every path could be read */
function checkPaths(
  paths: string[],
  field: string,
  prefix: string,
  report: Report,
): boolean {
  let readable = true;
  if (paths.length === 0) {
    report(`${field}.paths`, 'a rule names at least one path');
  }
  paths.forEach((path, index) => {
    const result = parsePathPattern(path);
    if ('reason' in result) {
      readable = false;
      report(`${field}.paths[${index}]`, `${path}: ${result.reason}`);
    } else if (
      prefix !== '/' &&
      !coversPath(pathPattern(`${prefix}/*`), result.pattern)
    ) {
      report(
        `${field}.paths[${index}]`,
        `${path} lies outside ${prefix}, which is all that the gateway sends to this service`,
      );
    }
  });
  return readable;
}

function checkRules(declaration: AccessDeclaration, report: Report) {
  const { rules, exposure } = declaration;
  const prefixReadable =
    exposure !== undefined &&
    !('reason' in parsePathPattern(exposure.pathPrefix)) &&
    !exposure.pathPrefix.endsWith('*');
  const prefix = prefixReadable ? exposure.pathPrefix : '/';
  let readable = true;
  rules.forEach((rule, index) => {
    const field = `rules[${index}]`;
    checkMethods(rule.methods, field, report);
    readable = checkPaths(rule.paths, field, prefix, report) && readable;
    if (rule.access.kind === 'roles') {
      checkRoles(rule.access.roles, `${field}.access.roles`, report);
      if (rule.access.roles.length === 0) {
        report(`${field}.access.roles`, 'name at least one role');
      }
    }
    if (
      rule.access.kind === 'public' &&
      exposure?.kind === 'httpRoute' &&
      exposure.loginWall &&
      rule.paths.some(path => path.includes('{*}'))
    ) {
      report(
        `${field}.paths`,
        'an HTTPRoute tries patterns last, so a public path behind a login wall cannot have {*} there',
      );
    }
  });
  if (readable) {
    overlapProblems(rules).forEach(problem =>
      report(problem.field, problem.message),
    );
    if (exposure?.loginWall) {
      checkPublicRules(rules, report);
    }
  }
}

/** The wall leaves out a public path for the methods of one rule; a second rule there would put it back. */
function checkPublicRules(rules: AccessRule[], report: Report) {
  rules.forEach((rule, index) => {
    const other = rules
      .slice(0, index)
      .find(
        earlier =>
          rule.access.kind === 'public' &&
          earlier.access.kind === 'public' &&
          earlier.paths.some(path =>
            rule.paths.some(own =>
              pathsIntersect(pathPattern(path), pathPattern(own)),
            ),
          ),
      );
    if (other) {
      report(
        `rules[${index}].paths`,
        'behind a login wall, say all methods of a public path in one rule',
      );
    }
  });
}

function checkCallers(callers: CallerRule[], report: Report) {
  callers.forEach((rule, index) => {
    const field = `callers[${index}]`;
    checkServiceAccount(rule.caller, `${field}.caller`, report);
    checkMethods(rule.methods, field, report);
    const readable = checkPaths(rule.paths, field, '/', report);
    checkRoles(rule.roles, `${field}.roles`, report);
    if (readable) {
      overlapProblems([
        { methods: [], paths: rule.paths, access: { kind: 'public' } },
      ]).forEach(problem =>
        report(problem.field.replace('rules[0]', field), problem.message),
      );
    }
  });
}
