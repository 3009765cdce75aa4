import type {
  AuthorizationPolicySpec,
  AuthorizationRule,
  Condition,
} from '../manifests/specs';
import type { MeshObject } from '../manifests/types';

const VERBS = {
  ALLOW: 'allows',
  DENY: 'denies',
  AUDIT: 'audits',
  CUSTOM: 'asks',
} as const;

function list(values: readonly string[], last = 'or'): string {
  if (values.length <= 1) return values[0] ?? '';
  return `${values.slice(0, -1).join(', ')} ${last} ${
    values[values.length - 1]
  }`;
}

function role(key: string): string | undefined {
  const realm = key === 'request.auth.claims[realm_access][roles]';
  if (realm) return 'realm role';
  const client =
    /^request\.auth\.claims\[resource_access\]\[([^\]]+)\]\[roles\]$/.exec(key);
  return client ? `role of client ${client[1]}` : undefined;
}

function attribute(key: string): string {
  const claim = /^request\.auth\.claims((?:\[[^\]]*\])+)$/.exec(key);
  if (claim) return `claim ${claim[1].slice(1, -1).split('][').join('.')}`;
  const header = /^request\.headers\[(.*)\]$/.exec(key);
  if (header) return `header ${header[1]}`;
  const known: Record<string, string> = {
    'request.auth.principal': 'token of',
    'request.auth.audiences': 'audience',
    'request.auth.presenter': 'authorized party',
    'source.ip': 'address',
    'remote.ip': 'client address',
    'source.namespace': 'namespace',
    'source.principal': 'workload',
    'source.serviceAccount': 'service account',
    'destination.port': 'port',
    'destination.ip': 'own address',
    'connection.sni': 'server name',
  };
  return known[key] ?? key;
}

function whenWords({ key, values = [], notValues = [] }: Condition): string[] {
  const name = role(key) ?? attribute(key);
  const words: string[] = [];
  if (values.length) words.push(`${name} ${list(values)}`);
  if (notValues.length) words.push(`not ${name} ${list(notValues)}`);
  return words;
}

const SOURCES: [field: string, words: (values: string[]) => string][] = [
  [
    'requestPrincipals',
    values =>
      values.includes('*') ? 'any valid token' : `a token of ${list(values)}`,
  ],
  [
    'principals',
    values =>
      values.includes('*')
        ? 'any workload with mutual TLS'
        : `workload ${list(values)}`,
  ],
  ['serviceAccounts', values => `service account ${list(values)}`],
  ['namespaces', values => `namespace ${list(values)}`],
  ['ipBlocks', values => `address ${list(values)}`],
  ['remoteIpBlocks', values => `client address ${list(values)}`],
];

function sourceWords(rule: AuthorizationRule): string {
  const alternatives = (rule.from ?? []).map(({ source }) => {
    const fields = (source ?? {}) as Record<string, string[] | undefined>;
    const parts: string[] = [];
    for (const [field, words] of SOURCES) {
      const values = fields[field];
      const others = fields[`not${field[0].toUpperCase()}${field.slice(1)}`];
      if (values?.length) parts.push(words(values));
      if (others?.length) {
        parts.push(
          field === 'requestPrincipals' && others.includes('*')
            ? 'no valid token'
            : `not ${words(others)}`,
        );
      }
    }
    return list(parts, 'and');
  });
  return list(alternatives.filter(Boolean));
}

function operationWords(rule: AuthorizationRule): string {
  const alternatives = (rule.to ?? []).map(({ operation = {} }) => {
    const {
      methods,
      notMethods,
      paths,
      notPaths,
      hosts,
      notHosts,
      ports,
      notPorts,
    } = operation;
    const parts: string[] = [];
    if (methods?.length) parts.push(methods.join(', '));
    if (notMethods?.length)
      parts.push(`every method but ${list(notMethods, 'and')}`);
    if (paths?.length) parts.push(list(paths));
    if (notPaths?.length) parts.push(`every path but ${list(notPaths, 'and')}`);
    if (hosts?.length) parts.push(`on ${list(hosts)}`);
    if (notHosts?.length)
      parts.push(`on every host but ${list(notHosts, 'and')}`);
    if (ports?.length) parts.push(`on port ${list(ports)}`);
    if (notPorts?.length)
      parts.push(`on every port but ${list(notPorts, 'and')}`);
    // Hosts and ports alone leave open what is done there.
    if (parts[0]?.startsWith('on ')) parts.unshift('everything');
    return parts.join(' ');
  });
  return list(alternatives.filter(Boolean)) || 'everything';
}

/** One rule as an English sentence without its full stop: `allows GET /api/public/* with any valid token`. @public */
export function describeRule(
  rule: AuthorizationRule,
  action: 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM' = 'ALLOW',
  provider?: string,
): string {
  const operation = operationWords(rule);
  const source = sourceWords(rule);
  const when = (rule.when ?? []).flatMap(whenWords);
  const who = [source, ...when].filter(Boolean);
  const verb =
    action === 'CUSTOM'
      ? `${VERBS.CUSTOM} ${provider ?? 'the provider'} about`
      : VERBS[action];
  return `${verb} ${operation}${who.length ? ` with ${list(who, 'and')}` : ''}`;
}

/** A policy, one sentence a rule. @public */
export function describePolicy(
  object: MeshObject<AuthorizationPolicySpec>,
): string[] {
  const { action = 'ALLOW', rules = [], provider } = object.spec ?? {};
  if (rules.length === 0) {
    return action === 'ALLOW'
      ? ['allows nothing, so it denies everything that no other policy allows']
      : ['never applies'];
  }
  return rules.map(rule => describeRule(rule ?? {}, action, provider?.name));
}
