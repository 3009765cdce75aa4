import { jwtRulesFor } from '../authn/jwtRules';
import type { JwtRule } from '../authn/jwtRules';
import { answerOfOAuth2Proxy } from '../authn/oauth2Proxy/OAuth2ProxyConfig';
import { oauth2ProxyOf } from '../authn/oauth2Proxy/oauth2ProxyOf';
import { policySet } from '../authz/PolicySet';
import { providerOf } from '../decide/customStage';
import { TOKEN_TEXT } from '../decide/requestFacts';
import type {
  DecisionRequest,
  ExtAuthzAnswer,
  RequestToken,
} from '../decide/types';
import type { Mesh } from '../mesh/Mesh';
import type { ExtensionProvider } from '../mesh/MeshConfig';
import type { MeshProxy } from '../mesh/Proxy';

/** Subject of the callers' tokens; nobody names it in a policy. */
const SUBJECT = 'a-caller-without-roles';

/** The provider that a gateway's CUSTOM policies ask. @internal */
export function gatewayProvider(
  mesh: Mesh,
  proxy: MeshProxy,
): ExtensionProvider | undefined {
  const { custom } = policySet(mesh, proxy);
  if (custom.policies.length === 0) return undefined;
  const finding = providerOf(mesh, custom);
  return 'provider' in finding ? finding.provider : undefined;
}

/** A token that a rule accepts and that carries no role. */
function tokenFor(rule: JwtRule, via: string): RequestToken {
  return {
    via,
    valid: true,
    prefix: rule.locations[0]?.prefix,
    claims: {
      iss: rule.issuer || 'https://issuer.invalid',
      sub: SUBJECT,
      ...(rule.audiences.length ? { aud: rule.audiences } : {}),
    },
  };
}

function placeOf(rule: JwtRule): string {
  const [location] = rule.locations;
  if (location.in === 'header') {
    return location.name === 'authorization'
      ? 'authorization'
      : `header:${location.name}`;
  }
  return `${location.in}:${location.name}`;
}

/** Headers of the provider's answer that some rule on the way reads a token from. */
function answerOfProvider(
  provider: ExtensionProvider,
  rules: readonly JwtRule[],
): ExtAuthzAnswer {
  const headers: Record<string, string> = {};
  for (const header of provider.headersToUpstreamOnAllow) {
    const name = header.toLowerCase();
    for (const { locations } of rules) {
      const location = locations.find(
        item => item.in === 'header' && item.name === name,
      );
      if (location) headers[name] = `${location.prefix}${TOKEN_TEXT}`;
    }
  }
  return { status: 200, headers };
}

/** A session alone does not do where oauth2-proxy itself asks for a role or group. */
function admits(mesh: Mesh, provider: ExtensionProvider): boolean {
  const config = oauth2ProxyOf(mesh, provider);
  return (
    !config ||
    (config.allowedGroups.length === 0 && config.allowedRoles.length === 0)
  );
}

/**
 * Someone whom the login wall does not know is sent to log in, unless it says otherwise: that everyone passes, or, in
 * settings that could all be read, that another status comes first.
 */
function refusalOf(
  mesh: Mesh,
  provider: ExtensionProvider,
  request: { method: string; path: string },
): ExtAuthzAnswer {
  const config = provider.pathPrefix
    ? undefined
    : oauth2ProxyOf(mesh, provider);
  if (!config) return { status: 302 };
  const answer = answerOfOAuth2Proxy(config, request);
  if (answer.kind === 'open') return { status: 200 };
  return { status: config.unread.length > 0 ? 302 : answer.statusWithout };
}

/** What makes each of the callers that come through the gateway. @public */
export function gatewayCallers(options: {
  mesh: Mesh;
  gateway: MeshProxy;
  workload?: MeshProxy;
  /** The request that they send. */
  request: { method: string; path: string };
}): Record<
  'anonymous' | 'loggedIn' | 'tokenWithoutRoles',
  Partial<DecisionRequest>
> {
  const { mesh, gateway, workload, request } = options;
  const provider = gatewayProvider(mesh, gateway);
  const rules = [
    ...(workload ? jwtRulesFor(mesh, workload) : []),
    ...jwtRulesFor(mesh, gateway),
  ];
  const [rule] = rules;
  const refusal = provider
    ? { [provider.name]: refusalOf(mesh, provider, request) }
    : undefined;
  const bearer =
    provider && oauth2ProxyOf(mesh, provider)?.skipJwtBearerTokens
      ? { [provider.name]: { status: 200 } }
      : refusal;
  return {
    anonymous: { token: null, extAuthz: refusal },
    loggedIn: provider
      ? {
          token: rule ? tokenFor(rule, `extAuthz:${provider.name}`) : null,
          extAuthz: {
            [provider.name]: admits(mesh, provider)
              ? answerOfProvider(provider, rules)
              : { status: 403 },
          },
        }
      : { token: rule ? tokenFor(rule, placeOf(rule)) : null },
    tokenWithoutRoles: {
      token: rule ? tokenFor(rule, placeOf(rule)) : null,
      extAuthz: bearer,
    },
  };
}

/** Identity of a pod that no policy names; the namespace is not one that Kubernetes accepts. @public */
export function unnamedPrincipal(mesh: Mesh): { principal: string } {
  return { principal: `${mesh.meshConfig.trustDomain}/ns/~any/sa/~any` };
}

/** Paths at which oauth2-proxy lets everyone pass, as literals of a policy would name them. @internal */
export function openPathsOf(mesh: Mesh, gateway: MeshProxy): string[] {
  const provider = gatewayProvider(mesh, gateway);
  const config =
    provider && !provider.pathPrefix
      ? oauth2ProxyOf(mesh, provider)
      : undefined;
  if (!config) return [];
  const literals = config.skipRoutes
    .filter(({ negated }) => !negated)
    .map(({ pattern }) => /^\^(\/[A-Za-z0-9_\-/]*)(\$)?$/.exec(pattern))
    .filter(match => match !== null)
    .map(match => (match[2] ? match[1] : `${match[1]}*`));
  return [config.pingPath, config.readyPath, '/robots.txt', ...literals];
}
