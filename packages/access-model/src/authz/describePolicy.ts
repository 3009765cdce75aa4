import type {
  AuthorizationPolicySpec,
  AuthorizationRule,
  Condition,
  Operation,
  Source,
} from '../manifests/specs';

const VERBS = {
  ALLOW: 'Allows',
  DENY: 'Denies',
  AUDIT: 'Logs',
  CUSTOM: 'Asks the provider about',
} as const;

/** `a`, `a or b`, `a, b or c`. */
function either(items: readonly string[]): string {
  return items.length < 2
    ? items.join('')
    : `${items.slice(0, -1).join(', ')} or ${items[items.length - 1]}`;
}

function phrase(
  prefix: string,
  values: readonly string[] | undefined,
  joined: (values: readonly string[]) => string = either,
): string[] {
  return values?.length ? [`${prefix}${joined(values)}`] : [];
}

/** Words for a value that has a meaning of its own in a list. */
function orAny(any: string) {
  return (values: readonly string[]) =>
    values.includes('*') ? any : either(values);
}

function operationWords(operation: Operation = {}): string {
  const what = [
    operation.methods?.length ? either(operation.methods) : undefined,
    operation.paths?.length ? either(operation.paths) : undefined,
  ].filter(part => part !== undefined);
  return [
    ...(what.length ? [what.join(' ')] : ['every request']),
    ...phrase('on host ', operation.hosts),
    ...phrase('on port ', operation.ports),
    ...phrase('except methods ', operation.notMethods),
    ...phrase('except paths ', operation.notPaths),
    ...phrase('except hosts ', operation.notHosts),
    ...phrase('except ports ', operation.notPorts),
  ].join(' ');
}

function sourceWords(source: Source = {}): string {
  return [
    ...phrase('', source.principals, orAny('any workload with mutual TLS')),
    ...phrase('service account ', source.serviceAccounts),
    ...phrase('namespace ', source.namespaces),
    ...phrase('a token of ', source.requestPrincipals, orAny('any issuer')),
    ...phrase('address ', source.ipBlocks),
    ...phrase('client address ', source.remoteIpBlocks),
    ...phrase(
      'anyone but ',
      source.notPrincipals,
      orAny('workloads with mutual TLS'),
    ),
    ...phrase('service accounts other than ', source.notServiceAccounts),
    ...phrase('namespaces other than ', source.notNamespaces),
    ...(source.notRequestPrincipals?.includes('*')
      ? ['anyone without a valid token']
      : phrase('no token of ', source.notRequestPrincipals)),
    ...phrase('addresses other than ', source.notIpBlocks),
    ...phrase('client addresses other than ', source.notRemoteIpBlocks),
  ].join(' with ');
}

/** `request.auth.claims[realm_access][roles]` as `claim realm_access.roles`. */
function keyWords(key: string): string {
  const claims = /^request\.auth\.claims((?:\[[^\]]*\])+)$/.exec(key);
  if (claims) {
    return `claim ${claims[1].slice(1, -1).split('][').join('.')}`;
  }
  const header = /^request\.headers\[([^\]]*)\]$/.exec(key);
  return header ? `header ${header[1]}` : key;
}

function conditionWords({ key, values, notValues }: Condition): string {
  const name = keyWords(key);
  return [
    ...phrase(`${name} is `, values, orAny('anything')),
    ...(notValues?.includes('*')
      ? [`${name} is absent`]
      : phrase(`${name} is not `, notValues)),
  ].join(' and ');
}

function ruleWords(verb: string, rule: AuthorizationRule): string {
  const operations = (rule.to ?? []).map(({ operation }) =>
    operationWords(operation),
  );
  const sources = (rule.from ?? [])
    .map(({ source }) => sourceWords(source))
    .filter(words => words !== '');
  const conditions = (rule.when ?? [])
    .map(conditionWords)
    .filter(words => words !== '');
  return [
    `${verb} ${either(operations.length ? operations : ['every request'])}`,
    ...(sources.length ? [`from ${sources.join(', or from ')}`] : []),
    ...(conditions.length ? [`when ${conditions.join(' and ')}`] : []),
  ].join(' ');
}

/**
 * One English sentence for each rule of an AuthorizationPolicy; one in all for a policy without rules.
 *
 * @remarks
 * They retell what is written, for people; decisions come from `decide`.
 *
 * @public
 */
export function describePolicy(
  spec: AuthorizationPolicySpec | undefined,
): string[] {
  const action = spec?.action ?? 'ALLOW';
  const verb =
    action === 'CUSTOM' && spec?.provider?.name
      ? `Asks ${spec.provider.name} about`
      : VERBS[action];
  const rules = spec?.rules ?? [];
  if (rules.length > 0) {
    return rules.map(rule => ruleWords(verb, rule ?? {}));
  }
  return [
    action === 'ALLOW'
      ? 'Allows nothing, so that every request is denied that no other policy allows'
      : 'Has no rule and so no effect',
  ];
}
