/** Claims that every answer depends on: issuer, subject and audience. */
const always = ['iss', 'sub', 'aud'];

const claimKey = /request\.auth\.claims((?:\[[^\]]*\])+|\.[^"'\s,\]]+)/g;

/** What the policies and routes on a way look at in a token. @internal */
export interface ReferencedClaims {
  /** Names, without what stands below them. */
  names: ReadonlySet<string>;
  /** Whether a particular subject is asked for. */
  subject: boolean;
  /** Names whose presence may turn an answer from allow to deny. */
  refusing: ReadonlySet<string>;
}

interface PolicyLike {
  action?: string;
  rules?: ({ when?: { notValues?: unknown }[] } | null)[];
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
function refusingPart(spec: PolicyLike): unknown {
  return spec.action === 'DENY'
    ? spec
    : spec.rules?.map(rule => rule?.when?.filter(({ notValues }) => notValues));
}

/**
 * The claims that some policies and routes refer to. Claims that nobody refers
 * to make no difference between callers.
 *
 * @internal
 */
export function referencedClaims(
  objects: Iterable<{ spec?: unknown }>,
): ReferencedClaims {
  const names = new Set(always);
  const refusing = new Set<string>();
  let subject = false;
  for (const { spec } of objects) {
    const text = JSON.stringify(spec ?? {});
    namesIn(text).forEach(name => names.add(name));
    subject ||= namesSubject(text) || /claims\[sub\]/.test(text);
    const part = refusingPart((spec ?? {}) as PolicyLike);
    namesIn(JSON.stringify(part ?? {})).forEach(name => refusing.add(name));
  }
  return { names, subject, refusing };
}
