import { jwtRulesFor } from '../authn/jwtRules';
import type { JwtRule } from '../authn/jwtRules';
import { policySet } from '../authz/PolicySet';
import { providerOf } from '../decide/customStage';
import { TOKEN_TEXT } from '../decide/requestFacts';
import type { DecisionRequest, ExtAuthzAnswer, RequestToken } from '../decide/types';
import type { Mesh } from '../mesh/Mesh';
import type { ExtensionProvider } from '../mesh/MeshConfig';
import type { MeshProxy } from '../mesh/Proxy';

/** Subject of the callers' tokens; nobody names it in a policy. */
const SUBJECT = 'a-caller-without-roles';

/** The provider that a gateway's CUSTOM policies ask. @internal */
export function gatewayProvider(mesh: Mesh, proxy: MeshProxy): ExtensionProvider | undefined {
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
    return location.name === 'authorization' ? 'authorization' : `header:${location.name}`;
  }
  return `${location.in}:${location.name}`;
}

/** Headers of the provider's answer that some rule on the way reads a token from. */
function answerOfProvider(provider: ExtensionProvider, rules: readonly JwtRule[]): ExtAuthzAnswer {
  const headers: Record<string, string> = {};
  for (const header of provider.headersToUpstreamOnAllow) {
    const name = header.toLowerCase();
    for (const { locations } of rules) {
      const location = locations.find(item => item.in === 'header' && item.name === name);
      if (location) headers[name] = `${location.prefix}${TOKEN_TEXT}`;
    }
  }
  return { status: 200, headers };
}

/** What makes each of the callers that come through the gateway. @public */
export function gatewayCallers(options: {
  mesh: Mesh;
  gateway: MeshProxy;
  workload?: MeshProxy;
}): Record<'anonymous' | 'loggedIn' | 'tokenWithoutRoles', Partial<DecisionRequest>> {
  const { mesh, gateway, workload } = options;
  const provider = gatewayProvider(mesh, gateway);
  const rules = [
    ...(workload ? jwtRulesFor(mesh, workload) : []),
    ...jwtRulesFor(mesh, gateway),
  ];
  const [rule] = rules;
  // Someone whom the login wall does not know is sent to log in.
  const refusal = provider ? { [provider.name]: { status: 302 } } : undefined;
  return {
    anonymous: { token: null, extAuthz: refusal },
    loggedIn: provider
      ? {
          token: rule ? tokenFor(rule, `extAuthz:${provider.name}`) : null,
          extAuthz: { [provider.name]: answerOfProvider(provider, rules) },
        }
      : { token: rule ? tokenFor(rule, placeOf(rule)) : null },
    tokenWithoutRoles: { token: rule ? tokenFor(rule, placeOf(rule)) : null, extAuthz: refusal },
  };
}

/** Identity of a pod that no policy names; the namespace is not one that Kubernetes accepts. @public */
export function unnamedPrincipal(mesh: Mesh): { principal: string } {
  return { principal: `${mesh.meshConfig.trustDomain}/ns/~any/sa/~any` };
}
