import { answerOfOAuth2Proxy } from '../authn/oauth2Proxy/OAuth2ProxyConfig';
import { oauth2ProxyOf } from '../authn/oauth2Proxy/oauth2ProxyOf';
import { evaluateRule } from '../authz/evaluate';
import type { ActionRules, PolicyRule } from '../authz/PolicySet';
import type { RequestFacts, Unknowns } from '../match/RequestFacts';
import { TRUE, UNKNOWN } from '../match/truth';
import type { Mesh } from '../mesh/Mesh';
import type { ExtensionProvider } from '../mesh/MeshConfig';
import { servicesOf } from '../mesh/services';
import type { ExtAuthzAnswer } from './types';
import type { PreparedRequest } from './requestFacts';

/** The provider that a proxy's CUSTOM policies ask, or why istiod makes them deny instead. @internal */
export type ProviderFinding =
  | { provider: ExtensionProvider }
  | { broken: string };

/** Istio: pilot/pkg/model, LookupCluster. */
function serviceKnown(mesh: Mesh, service: string): string | undefined {
  const slash = service.indexOf('/');
  const host = slash < 0 ? service : service.slice(slash + 1);
  const found = servicesOf(mesh).byHost.get(host.toLowerCase()) ?? [];
  const namespaces = new Set(found.map(({ namespace }) => namespace));
  if (slash >= 0) {
    return namespaces.has(service.slice(0, slash))
      ? undefined
      : `service ${service} does not exist`;
  }
  if (namespaces.size > 1)
    return `service ${service} exists in several namespaces`;
  return namespaces.size === 1
    ? undefined
    : `service ${service} does not exist`;
}

/**
 * All CUSTOM policies of one proxy must name one provider, and it must be usable.
 *
 * Istio: pilot/pkg/security/authz/builder/extauthz.go, getExtAuthz (PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS at its default, false).
 *
 * @internal
 */
export function providerOf(mesh: Mesh, custom: ActionRules): ProviderFinding {
  const names = new Set(custom.policies.map(({ provider }) => provider ?? ''));
  if (names.size > 1) {
    return {
      broken: `the proxy has CUSTOM policies for ${names.size} providers (${[
        ...names,
      ]
        .sort()
        .join(', ')}) and istiod supports one`,
    };
  }
  const [name] = names;
  const provider = mesh.meshConfig.extensionProviders.find(
    item => item.name === name,
  );
  if (!provider)
    return { broken: `provider ${name} is not in the mesh configuration` };
  const problem = provider.problem ?? serviceKnown(mesh, provider.service);
  return problem
    ? { broken: `provider ${name} cannot be used: ${problem}` }
    : { provider };
}

/** Outcome of the CUSTOM stage. @internal */
export type CustomOutcome =
  | { state: 'none' }
  /** No rule matches, so that the provider is not asked. */
  | { state: 'unmatched'; provider?: string }
  /** A rule matches but the request has no route, so that the provider is not asked either. */
  | { state: 'unrouted'; provider: string }
  | {
      state: 'allowed';
      rule: PolicyRule;
      provider: ExtensionProvider;
      why: string;
    }
  | { state: 'denied'; rule: PolicyRule; status: number; why: string }
  | {
      state: 'unknown';
      rule?: PolicyRule;
      provider?: ExtensionProvider;
      why?: string;
    };

function inList(list: string[], name: string): boolean {
  return list.some(entry => {
    const pattern = entry.toLowerCase();
    if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
    if (pattern.endsWith('*')) return name.startsWith(pattern.slice(0, -1));
    return name === pattern;
  });
}

/** Headers of the provider's answer that it may set on the request. */
function applyAnswer(
  provider: ExtensionProvider,
  answer: ExtAuthzAnswer,
  request: PreparedRequest,
) {
  const headers = new Map(
    Object.entries(answer.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const { provided } = request;
  if (provided?.provider === provider.name) {
    headers.set(
      'authorization',
      `${provided.token.prefix ?? 'Bearer '}${provided.text}`,
    );
  }
  for (const [name, value] of headers) {
    if (
      provider.protocol === 'grpc' ||
      inList(provider.headersToUpstreamOnAllow, name)
    ) {
      request.facts.headers.set(name, [value]);
    }
  }
}

function answerOf(
  rule: PolicyRule,
  provider: ExtensionProvider,
  answer: ExtAuthzAnswer,
): CustomOutcome {
  const { status } = answer;
  if (status === 200) {
    return {
      state: 'allowed',
      rule,
      provider,
      why: `provider ${provider.name} answers 200`,
    };
  }
  if (status >= 500 || status < 100) {
    const what = status < 100 ? 'cannot be reached' : `answers ${status}`;
    return provider.failOpen
      ? {
          state: 'allowed',
          rule,
          provider,
          why: `provider ${provider.name} ${what}, and it fails open`,
        }
      : {
          state: 'denied',
          rule,
          status: provider.statusOnError ?? 403,
          why: `provider ${provider.name} ${what}`,
        };
  }
  return {
    state: 'denied',
    rule,
    status,
    why: `provider ${provider.name} answers ${status}`,
  };
}

/** Where oauth2-proxy answers 200 whoever asks, nobody needs to say what it answers. */
function openAnswer(
  mesh: Mesh,
  provider: ExtensionProvider,
  { facts }: PreparedRequest,
): ExtAuthzAnswer | undefined {
  const config = provider.pathPrefix
    ? undefined
    : oauth2ProxyOf(mesh, provider);
  if (!config || config.unread.length > 0) return undefined;
  const { kind } = answerOfOAuth2Proxy(config, {
    method: facts.method,
    path: facts.path,
  });
  return kind === 'open' ? { status: 200 } : undefined;
}

/**
 * The CUSTOM stage: asks the provider where a rule matches.
 *
 * Only status 200 allows; every other one is handed to the client, and 5xx counts as a provider that cannot be asked.
 *
 * @internal
 */
export function customStage(options: {
  mesh: Mesh;
  rules: ActionRules;
  request: PreparedRequest;
  answers: Record<string, ExtAuthzAnswer>;
  routed: boolean | undefined;
  unknowns: Unknowns;
}): CustomOutcome {
  const { mesh, rules, request, answers, routed, unknowns } = options;
  if (rules.policies.length === 0) return { state: 'none' };
  const finding = providerOf(mesh, rules);
  const { facts } = request;
  let maybe: PolicyRule | undefined;
  const local = matching(rules.rules, facts, unknowns);
  if (local.rule && local.value === UNKNOWN) maybe = local.rule;
  if (!local.rule) {
    return {
      state: 'unmatched',
      provider: 'provider' in finding ? finding.provider.name : undefined,
    };
  }
  if ('broken' in finding) {
    return maybe
      ? { state: 'unknown', rule: maybe }
      : { state: 'denied', rule: local.rule, status: 403, why: finding.broken };
  }
  const { provider } = finding;
  if (routed === false) return { state: 'unrouted', provider: provider.name };
  const answer = answers[provider.name] ?? openAnswer(mesh, provider, request);
  if (!answer) {
    const why = `answer of provider ${provider.name}`;
    unknowns.add(why);
    return { state: 'unknown', rule: local.rule, provider, why };
  }
  const outcome = answerOf(local.rule, provider, answer);
  if (maybe || routed === undefined)
    return { state: 'unknown', rule: local.rule, provider };
  if (outcome.state === 'allowed' && answer.status === 200)
    applyAnswer(provider, answer, request);
  return outcome;
}

/** The first rule that matches, else the first that may. @internal */
export function matching(
  rules: readonly PolicyRule[],
  facts: RequestFacts,
  unknowns: Unknowns,
): { rule?: PolicyRule; value: 0 | 1 | 2 } {
  let maybe: PolicyRule | undefined;
  for (const rule of rules) {
    const value = evaluateRule(rule, facts, unknowns);
    if (value === TRUE) return { rule, value };
    if (value === UNKNOWN) maybe ??= rule;
  }
  return maybe ? { rule: maybe, value: UNKNOWN } : { value: 0 };
}
