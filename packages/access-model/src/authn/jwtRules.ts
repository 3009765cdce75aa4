import { refOf } from '../manifests/objectRef';
import type {
  JwtRuleSpec,
  RequestAuthenticationSpec,
} from '../manifests/specs';
import type { MeshObject, ObjectRef } from '../manifests/types';
import { KIND } from '../mesh/kinds';
import type { Derivation, Mesh } from '../mesh/Mesh';
import { attachedPolicies } from '../mesh/policyAttachment';
import { proxyKey } from '../mesh/Proxy';
import type { MeshProxy } from '../mesh/Proxy';

/** A place in a request where a token may stand. @public */
export interface TokenLocation {
  in: 'header' | 'query' | 'cookie';
  name: string;
  /** Text before the token; only headers have one. */
  prefix: string;
}

/** A rule of a RequestAuthentication at a proxy. @public */
export interface JwtRule {
  policy: ObjectRef;
  object: MeshObject<RequestAuthenticationSpec>;
  /** Index in `spec.jwtRules`. */
  index: number;
  /** Empty accepts every issuer. */
  issuer: string;
  /** Empty accepts every audience. */
  audiences: string[];
  locations: TokenLocation[];
  forwardOriginalToken: boolean;
  outputPayloadToHeader?: string;
  outputClaimToHeaders: { header: string; claim: string }[];
  /** Claims whose string is cut at spaces, `scope` and `permission` among them. */
  spaceDelimitedClaims: string[];
}

const DEFAULT_LOCATIONS: TokenLocation[] = [
  { in: 'header', name: 'authorization', prefix: 'Bearer ' },
  { in: 'query', name: 'access_token', prefix: '' },
];

/** Naming any place turns the two default ones off. */
function locationsOf(rule: JwtRuleSpec): TokenLocation[] {
  const locations: TokenLocation[] = [
    ...(rule.fromHeaders ?? []).map(({ name, prefix }) => ({
      in: 'header' as const,
      name: name.toLowerCase(),
      prefix: prefix ?? '',
    })),
    ...(rule.fromParams ?? []).map(name => ({
      in: 'query' as const,
      name,
      prefix: '',
    })),
    ...(rule.fromCookies ?? []).map(name => ({
      in: 'cookie' as const,
      name,
      prefix: '',
    })),
  ];
  return locations.length ? locations : DEFAULT_LOCATIONS;
}

function build(mesh: Mesh, proxy: MeshProxy): JwtRule[] {
  const rules = attachedPolicies<RequestAuthenticationSpec>(
    mesh,
    KIND.requestAuthentication,
    proxy,
  ).flatMap(object =>
    (object.spec?.jwtRules ?? []).map(
      (rule, index): JwtRule => ({
        policy: refOf(object),
        object,
        index,
        issuer: rule.issuer ?? '',
        audiences: rule.audiences ?? [],
        locations: locationsOf(rule),
        forwardOriginalToken: rule.forwardOriginalToken === true,
        outputPayloadToHeader:
          rule.outputPayloadToHeader?.toLowerCase() || undefined,
        outputClaimToHeaders: (rule.outputClaimToHeaders ?? []).map(output => ({
          header: output.header.toLowerCase(),
          claim: output.claim,
        })),
        spaceDelimitedClaims: [
          ...new Set([
            'permission',
            'scope',
            ...(rule.spaceDelimitedClaims ?? []),
          ]),
        ],
      }),
    ),
  );
  // Istio sorts by issuer and nothing else: pilot/pkg/security/authn/policy_applier.go, newPolicyApplier.
  return rules.sort((a, b) => {
    if (a.issuer === b.issuer) return 0;
    return a.issuer < b.issuer ? -1 : 1;
  });
}

const RULES: Derivation<Map<string, { proxy: MeshProxy; rules: JwtRule[] }>> = {
  kinds: new Set([KIND.requestAuthentication]),
  build: () => new Map(),
  patch(previous, { before, after }, mesh) {
    const namespace = (after ?? before)?.metadata.namespace;
    if (namespace === mesh.meshConfig.rootNamespace) return undefined;
    return new Map(
      [...previous].filter(
        ([, { proxy }]) =>
          proxy.namespace !== namespace &&
          !proxy.services?.some(service => service.namespace === namespace),
      ),
    );
  },
};

/**
 * The token rules of a proxy: the union of all RequestAuthentications that are for it.
 *
 * @public
 */
export function jwtRulesFor(mesh: Mesh, proxy: MeshProxy): readonly JwtRule[] {
  const cache = mesh.derive(RULES);
  const key = proxyKey(proxy);
  let entry = cache.get(key);
  if (!entry) {
    entry = { proxy, rules: build(mesh, proxy) };
    cache.set(key, entry);
  }
  return entry.rules;
}

/** A location in words: `header Authorization (Bearer)`, `query parameter access_token`. @public */
export function describeLocation(location: TokenLocation): string {
  if (location.in === 'header') {
    const name = location.name
      .split('-')
      .map(part => part.charAt(0).toUpperCase() + part.slice(1))
      .join('-');
    return location.prefix.trim()
      ? `header ${name} (${location.prefix.trim()})`
      : `header ${name}`;
  }
  return location.in === 'query'
    ? `query parameter ${location.name}`
    : `cookie ${location.name}`;
}
