import {
  AccessDeclaration,
  AccessRule,
  CallerRule,
  IdentityDeclaration,
  Manifest,
  RoleReference,
  RuleAccess,
  ServiceAccountDeclaration,
} from './types';
import { fromPolicyPaths, toPolicyPaths } from './pathPattern';
import { objectLabels, workloadSelector } from './labels';

/** Istio reads `cluster.local` as the mesh's own trust domain, whatever that is called. */
const TRUST_DOMAIN = 'cluster.local';
const REALM_ROLES = 'request.auth.claims[realm_access][roles]';

interface PolicyRule {
  from?: { source: { principals?: string[]; requestPrincipals?: string[] } }[];
  to: { operation: { methods?: string[]; paths: string[] } }[];
  when?: { key: string; values: string[] }[];
}

function principalOf(account: ServiceAccountDeclaration): string {
  return `${TRUST_DOMAIN}/ns/${account.namespace}/sa/${account.name}`;
}

function accountOf(principal: string): ServiceAccountDeclaration | undefined {
  const match = /^[^/]+\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(principal);
  return match ? { namespace: match[1], name: match[2] } : undefined;
}

function clientRolesKey(clientId: string): string {
  return `request.auth.claims[resource_access][${clientId}][roles]`;
}

/**
 * What authenticates a caller at the workload.
 *
 * @remarks
 * Two places, two rules. Behind the login wall, the header that the wall fills carries an access token with the login
 * client's audience, for every user. `Authorization` is for callers with a token of their own, which must be meant for
 * this service; it is named explicitly because the default also reads `?access_token=`, which ends up in logs. Behind
 * the wall `Authorization` holds an ID token, which lacks roles: it fails its rule, and the first rule stands in.
 */
export function renderRequestAuthentication(
  declaration: AccessDeclaration,
): Manifest {
  const { service, identity, exposure } = declaration;
  const issuer = { issuer: identity.issuer, jwksUri: identity.jwksUri };
  const wall = exposure?.loginWall;
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'RequestAuthentication',
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: objectLabels(service.name),
    },
    spec: {
      selector: { matchLabels: workloadSelector(service.name) },
      jwtRules: [
        ...(wall
          ? [
              {
                ...issuer,
                audiences: [wall.audience],
                fromHeaders: [{ name: wall.tokenHeader }],
                forwardOriginalToken: true,
              },
            ]
          : []),
        {
          ...issuer,
          audiences: [identity.clientId],
          fromHeaders: [{ name: 'authorization', prefix: 'Bearer ' }],
          forwardOriginalToken: true,
        },
      ],
    },
  };
}

/** The inverse of {@link renderRequestAuthentication}. */
export function parseRequestAuthentication(manifest: Manifest):
  | {
      identity: IdentityDeclaration;
      wall?: { tokenHeader: string; audience: string };
    }
  | undefined {
  const spec = manifest.spec as
    | {
        jwtRules?: {
          issuer?: string;
          jwksUri?: string;
          audiences?: string[];
          fromHeaders?: { name: string; prefix?: string }[];
        }[];
      }
    | undefined;
  let identity: IdentityDeclaration | undefined;
  let wall: { tokenHeader: string; audience: string } | undefined;
  for (const rule of spec?.jwtRules ?? []) {
    const header = rule.fromHeaders?.[0];
    const audience = rule.audiences?.[0];
    if (
      rule.fromHeaders?.length !== 1 ||
      rule.audiences?.length !== 1 ||
      header === undefined ||
      audience === undefined ||
      rule.issuer === undefined ||
      rule.jwksUri === undefined
    ) {
      return undefined;
    }
    if (header.name === 'authorization') {
      identity = {
        issuer: rule.issuer,
        jwksUri: rule.jwksUri,
        clientId: audience,
      };
    } else if (wall) {
      return undefined;
    } else {
      wall = { tokenHeader: header.name, audience };
    }
  }
  return identity && { identity, ...(wall && { wall }) };
}

/** One row becomes one rule; a row that mixes roles of the client and of the realm becomes two. */
function renderRule(options: {
  peer?: ServiceAccountDeclaration;
  methods: string[];
  paths: string[];
  access: RuleAccess;
  identity: IdentityDeclaration;
}): PolicyRule[] {
  const { peer, methods, paths, access, identity } = options;
  const source = {
    ...(peer && { principals: [principalOf(peer)] }),
    ...(access.kind !== 'public' && {
      requestPrincipals: [`${identity.issuer}/*`],
    }),
  };
  const rule: PolicyRule = {
    ...(Object.keys(source).length > 0 && { from: [{ source }] }),
    to: [
      {
        operation: {
          ...(methods.length > 0 && { methods }),
          paths: paths.flatMap(toPolicyPaths),
        },
      },
    ],
  };
  if (access.kind !== 'roles') {
    return [rule];
  }
  return (['client', 'realm'] as const)
    .map(kind => ({
      key: kind === 'realm' ? REALM_ROLES : clientRolesKey(identity.clientId),
      values: access.roles
        .filter(role => role.kind === kind)
        .map(role => role.name),
    }))
    .filter(condition => condition.values.length > 0)
    .map(condition => ({ ...rule, when: [condition] }));
}

function renderPolicy(
  declaration: AccessDeclaration,
  name: string,
  rules: PolicyRule[],
): Manifest {
  const { service } = declaration;
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: {
      name,
      namespace: service.namespace,
      labels: objectLabels(service.name),
    },
    spec: {
      selector: { matchLabels: workloadSelector(service.name) },
      action: 'ALLOW',
      // Without rules the policy allows nothing, and so it denies.
      ...(rules.length > 0 && { rules }),
    },
  };
}

/**
 * The policies of the workload: one for what comes through the gateway, and one for callers inside the mesh where there
 * are any. The first always exists, so that a workload without rules is closed and not open.
 */
export function renderAuthorizationPolicies(
  declaration: AccessDeclaration,
): Manifest[] {
  const { service, identity, rules, callers, exposure } = declaration;
  const gateway = renderPolicy(
    declaration,
    service.name,
    rules.flatMap(rule =>
      renderRule({
        ...rule,
        peer: exposure?.gateway.serviceAccount,
        identity,
      }),
    ),
  );
  if (callers.length === 0) {
    return [gateway];
  }
  return [
    gateway,
    renderPolicy(
      declaration,
      `${service.name}-callers`,
      callers.flatMap(rule =>
        renderRule({
          peer: rule.caller,
          methods: rule.methods,
          paths: rule.paths,
          access:
            rule.roles.length > 0
              ? { kind: 'roles', roles: rule.roles }
              : { kind: 'public' },
          identity,
        }),
      ),
    ),
  ];
}

interface ParsedRule {
  peer?: ServiceAccountDeclaration;
  methods: string[];
  paths: string[];
  access: RuleAccess;
}

function parseRule(
  rule: PolicyRule,
  identity: IdentityDeclaration,
): ParsedRule | undefined {
  const source = rule.from?.[0]?.source;
  const operation = rule.to?.[0]?.operation;
  const paths = operation && fromPolicyPaths(operation.paths ?? []);
  if (
    (rule.from?.length ?? 0) > 1 ||
    rule.to?.length !== 1 ||
    (rule.when?.length ?? 0) > 1 ||
    (source?.principals?.length ?? 0) > 1 ||
    !paths?.length
  ) {
    return undefined;
  }
  const principal = source?.principals?.[0];
  const peer = principal === undefined ? undefined : accountOf(principal);
  if (principal !== undefined && !peer) {
    return undefined;
  }
  const base = {
    ...(peer && { peer }),
    methods: operation.methods ?? [],
    paths,
  };
  const condition = rule.when?.[0];
  if (!source?.requestPrincipals) {
    return condition ? undefined : { ...base, access: { kind: 'public' } };
  }
  if (
    source.requestPrincipals.length !== 1 ||
    source.requestPrincipals[0] !== `${identity.issuer}/*`
  ) {
    return undefined;
  }
  if (!condition) {
    return { ...base, access: { kind: 'loggedIn' } };
  }
  let kind: RoleReference['kind'];
  if (condition.key === REALM_ROLES) {
    kind = 'realm';
  } else if (condition.key === clientRolesKey(identity.clientId)) {
    kind = 'client';
  } else {
    return undefined;
  }
  return {
    ...base,
    access: {
      kind: 'roles',
      roles: condition.values.map(name => ({ kind, name })),
    },
  };
}

function sameOperation(a: ParsedRule, b: ParsedRule): boolean {
  return (
    JSON.stringify([a.peer, a.methods, a.paths]) ===
    JSON.stringify([b.peer, b.methods, b.paths])
  );
}

function parsePolicy(
  manifest: Manifest,
  identity: IdentityDeclaration,
): ParsedRule[] | undefined {
  const spec = manifest.spec as
    | { action?: string; rules?: PolicyRule[] }
    | undefined;
  if (spec?.action !== undefined && spec.action !== 'ALLOW') {
    return undefined;
  }
  const result: ParsedRule[] = [];
  for (const rule of spec?.rules ?? []) {
    const parsed = parseRule(rule, identity);
    if (!parsed) {
      return undefined;
    }
    const previous = result[result.length - 1];
    if (
      previous?.access.kind === 'roles' &&
      parsed.access.kind === 'roles' &&
      previous.access.roles.every(role => role.kind === 'client') &&
      parsed.access.roles.every(role => role.kind === 'realm') &&
      sameOperation(previous, parsed)
    ) {
      previous.access.roles.push(...parsed.access.roles);
    } else {
      result.push(parsed);
    }
  }
  return result;
}

/** The inverse of {@link renderAuthorizationPolicies}. */
export function parseAuthorizationPolicies(options: {
  gateway: Manifest;
  callers?: Manifest;
  identity: IdentityDeclaration;
}):
  | {
      rules: AccessRule[];
      callers: CallerRule[];
      gatewayAccount?: ServiceAccountDeclaration;
    }
  | undefined {
  const gateway = parsePolicy(options.gateway, options.identity);
  const callers = options.callers
    ? parsePolicy(options.callers, options.identity)
    : [];
  if (!gateway || !callers) {
    return undefined;
  }
  const gatewayAccount = gateway[0]?.peer;
  if (
    gateway.some(
      rule => JSON.stringify(rule.peer) !== JSON.stringify(gatewayAccount),
    )
  ) {
    return undefined;
  }
  const callerRules: CallerRule[] = [];
  for (const rule of callers) {
    if (!rule.peer || rule.access.kind === 'loggedIn') {
      return undefined;
    }
    callerRules.push({
      caller: rule.peer,
      methods: rule.methods,
      paths: rule.paths,
      roles: rule.access.kind === 'roles' ? rule.access.roles : [],
    });
  }
  return {
    rules: gateway.map(({ methods, paths, access }) => ({
      methods,
      paths,
      access,
    })),
    callers: callerRules,
    ...(gatewayAccount && { gatewayAccount }),
  };
}

/** Only peers with a mesh identity; a plaintext caller would have none, and no principal to be judged by. */
export function renderPeerAuthentication(
  declaration: AccessDeclaration,
): Manifest {
  const { service } = declaration;
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: {
      name: service.name,
      namespace: service.namespace,
      labels: objectLabels(service.name),
    },
    spec: {
      selector: { matchLabels: workloadSelector(service.name) },
      mtls: { mode: 'STRICT' },
    },
  };
}
