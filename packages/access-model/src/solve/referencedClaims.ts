import { AuthorizationPolicySpec } from '../manifests/specs';

/** Claims that every answer depends on: issuer, subject and audience. */
const always = ['iss', 'sub', 'aud'];

const claimKey = /request\.auth\.claims((?:\[[^\]]*\])+|\.[^"'\s,\]]+)/g;

const roleKey =
  /^request\.auth\.claims\[(?:realm_access|resource_access\]\[([^\]]+))\]\[roles\]$/;

/** Roles of one container that a condition compares with. @internal */
export interface ReferencedRoles {
  /** Absent for roles of the realm. */
  client?: string;
  /** Exact names; undefined where a wildcard may meet any. */
  names?: string[];
}

/** What the policies and routes on a way look at in a token. @internal */
export interface ReferencedClaims {
  /** Names, without what stands below them. */
  names: ReadonlySet<string>;
  /** Whether a particular subject is asked for. */
  subject: boolean;
  /** Names whose presence may turn an answer from allow to deny. */
  refusing: ReadonlySet<string>;
  /**
   * What is compared below `realm_access` and `resource_access`; undefined
   * where they are looked at in some other way.
   */
  roles?: readonly ReferencedRoles[];
  /** Audiences that are asked for; undefined where any may matter. */
  audiences?: readonly string[];
}

function firstKey(path: string): string {
  return path.startsWith('[')
    ? path.slice(1, path.indexOf(']'))
    : path.slice(1).split('.')[0];
}

/** A value of `requestPrincipals` that is more than an issuer with `*`. */
function namesSubject(text: string): boolean {
  const lists = text.matchAll(
    /"(?:notR|r)equestPrincipals":(\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\])/g,
  );
  for (const [, list] of lists) {
    if ((JSON.parse(list) as string[]).some(value => !value.endsWith('*'))) {
      return true;
    }
  }
  return text.includes('"request.auth.principal"');
}

function namesIn(text: string): string[] {
  const names = [...text.matchAll(claimKey)].map(([, path]) => firstKey(path));
  // `outputClaimToHeaders` splits its claims at dots.
  for (const [, claim] of text.matchAll(/"claim":"([^"]+)"/g)) {
    names.push(claim.split('.')[0]);
  }
  if (text.includes('"request.auth.presenter"')) {
    names.push('azp');
  }
  return names;
}

/** The part of a policy that refuses where it matches. */
function refusingPart(spec: AuthorizationPolicySpec): unknown {
  return spec.action === 'DENY'
    ? spec
    : spec.rules?.map(rule => rule?.when?.filter(({ notValues }) => notValues));
}

function isExact(value: string): boolean {
  return !value.startsWith('*') && !value.endsWith('*');
}

/** The roles that conditions compare with, undefined where others look too. */
function rolesIn(
  specs: readonly AuthorizationPolicySpec[],
): ReferencedRoles[] | undefined {
  const roles: ReferencedRoles[] = [];
  for (const spec of specs) {
    const conditions = spec.rules?.flatMap(rule => rule?.when ?? []) ?? [];
    let known = 0;
    for (const { key, values = [], notValues = [] } of conditions) {
      const match = roleKey.exec(key);
      if (match) {
        known++;
        const names = [...values, ...notValues];
        roles.push({
          client: match[1],
          names: names.every(isExact) ? names : undefined,
        });
      }
    }
    const all = namesIn(JSON.stringify(spec)).filter(
      name => name === 'realm_access' || name === 'resource_access',
    );
    if (all.length > known) {
      return undefined;
    }
  }
  return roles;
}

/**
 * The claims that some policies and routes refer to. Claims that nobody refers
 * to make no difference between callers.
 *
 * @param audiences - those that the rules for tokens ask for
 *
 * @internal
 */
export function referencedClaims(
  objects: readonly { spec?: unknown }[],
  audiences: readonly string[],
): ReferencedClaims {
  const names = new Set(always);
  const refusing = new Set<string>();
  let subject = false;
  let audienceCompared = false;
  for (const { spec } of objects) {
    const text = JSON.stringify(spec ?? {});
    namesIn(text).forEach(name => names.add(name));
    subject ||= namesSubject(text) || /claims\[sub\]/.test(text);
    audienceCompared ||= /request\.auth\.(audiences|claims\[aud\])/.test(text);
    const part = refusingPart((spec ?? {}) as AuthorizationPolicySpec);
    namesIn(JSON.stringify(part ?? {})).forEach(name => refusing.add(name));
  }
  return {
    names,
    subject,
    refusing,
    roles: rolesIn(
      objects.map(({ spec }) => (spec ?? {}) as AuthorizationPolicySpec),
    ),
    audiences: audienceCompared ? undefined : audiences,
  };
}
