import { gatewayProvider } from '../../access/standingCallers';
import { jwtRulesFor } from '../../authn';
import { formatRef } from '../../manifests';
import { policiesFor } from '../../authz';
import { proxyOf } from '../policyRules';
import { Finding } from '../types';
import { RealmFindingCheck, RealmFindingScope } from './types';

const ACCESS_TOKEN_HEADER = 'x-auth-request-access-token';

function asksForRoles(text: string): boolean {
  return /claims\[(realm_access|resource_access)\]/.test(text);
}

/** Whether some mapper puts roles into ID tokens all the same. */
function idTokensHaveRoles({ graph }: RealmFindingScope): boolean {
  return [...graph.realm.clients, ...graph.realm.clientScopes].some(
    ({ mappers }) =>
      mappers.some(
        ({ provider, config }) =>
          provider.endsWith('-role-mapper') &&
          provider !== 'oidc-hardcoded-role-mapper' &&
          config['id.token.claim'] === 'true' &&
          /^(realm_access|resource_access)/.test(config['claim.name'] ?? ''),
      ),
  );
}

/** @internal */
export const rolesFromIdToken: RealmFindingCheck = {
  code: 'MA0104',
  check: scope => {
    const { mesh, exposures, workloads } = scope;
    const walled = exposures.some(({ exposure }) =>
      gatewayProvider(mesh, exposure.proxy)?.headersToUpstreamOnAllow.some(
        name => name.toLowerCase() === 'authorization',
      ),
    );
    if (!walled || idTokensHaveRoles(scope)) return [];
    const findings = new Map<string, Finding>();
    for (const workload of workloads) {
      const proxy = proxyOf(workload);
      const policy = policiesFor(mesh, proxy).find(({ object }) =>
        asksForRoles(JSON.stringify(object.spec ?? {})),
      );
      if (!policy) continue;
      const rules = jwtRulesFor(mesh, proxy);
      const readsAccessToken = rules.some(({ locations }) =>
        locations.some(({ name }) => name === ACCESS_TOKEN_HEADER),
      );
      if (readsAccessToken) continue;
      for (const { policy: ref, index, issuer } of rules) {
        findings.set(`${formatRef(ref)}#${index}`, {
          code: 'MA0104',
          severity: 'high',
          title: `Roles are looked for in the ID token at ${workload.name}`,
          object: ref,
          rule: index,
          evidence: `The login wall puts the ID token into Authorization, which has no roles; ${formatRef(
            policy.ref,
          )} asks for roles, and they are in the access token in ${ACCESS_TOKEN_HEADER}`,
          fix: `jwtRules:
  - issuer: ${issuer}
    fromHeaders:
      - name: ${ACCESS_TOKEN_HEADER}`,
        });
      }
    }
    return [...findings.values()];
  },
};
