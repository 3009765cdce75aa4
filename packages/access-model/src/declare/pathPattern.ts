/**
 * A declared path, taken apart.
 *
 * @remarks `segments` holds literals and `{*}` (any one segment that is not empty). `subtree` adds everything below.
 */
export interface PathPattern {
  segments: string[];
  subtree: boolean;
}

const LITERAL = /^[A-Za-z0-9._~!$&'()+,=:@-]+$/;
const ANY_SEGMENT = '{*}';
/** Envoy takes no path template longer than 256 characters; the rendered one adds a few. */
const MAXIMUM_LENGTH = 200;

/**
 * Reads `/a/b`, `/a/*`, `/*` and `/a/{*}/b`.
 *
 * @remarks
 * Refuses what Istio would read as something else: `*` elsewhere is a literal there, `/a/` differs from `/a`,
 * dot segments and percent-encoding are changed before a policy sees the path, and the query never is part of it.
 *
 * @returns the pattern, or the reason why it is none
 */
export function parsePathPattern(
  text: string,
): { pattern: PathPattern } | { reason: string } {
  if (!text.startsWith('/')) {
    return { reason: 'a path starts with /' };
  }
  if (text.length > MAXIMUM_LENGTH) {
    return { reason: `a path has at most ${MAXIMUM_LENGTH} characters` };
  }
  if (text === '/') {
    return { pattern: { segments: [], subtree: false } };
  }
  const segments = text.slice(1).split('/');
  const subtree = segments[segments.length - 1] === '*';
  if (subtree) {
    segments.pop();
  }
  for (const segment of segments) {
    if (segment === '') {
      return {
        reason: 'a path has no empty segment and no slash at its end',
      };
    }
    if (segment === '.' || segment === '..') {
      return { reason: 'a path has no dot segments' };
    }
    if (segment !== ANY_SEGMENT && !LITERAL.test(segment)) {
      return {
        reason: `"${segment}" is neither a plain segment nor {*}; a * stands only at the end, as in /orders/*`,
      };
    }
  }
  return { pattern: { segments, subtree } };
}

/** For paths that were validated before. */
export function pathPattern(text: string): PathPattern {
  const result = parsePathPattern(text);
  if ('reason' in result) {
    throw new Error(`Path ${text}: ${result.reason}`);
  }
  return result.pattern;
}

/** Whether every path of `narrow` is a path of `broad`. */
export function coversPath(broad: PathPattern, narrow: PathPattern): boolean {
  if (
    broad.segments.length > narrow.segments.length ||
    !broad.segments.every(
      (segment, index) =>
        segment === ANY_SEGMENT || segment === narrow.segments[index],
    )
  ) {
    return false;
  }
  return (
    broad.subtree ||
    (broad.segments.length === narrow.segments.length && !narrow.subtree)
  );
}

/** Whether some path belongs to both. */
export function pathsIntersect(a: PathPattern, b: PathPattern): boolean {
  const common = Math.min(a.segments.length, b.segments.length);
  for (let index = 0; index < common; index++) {
    const left = a.segments[index];
    const right = b.segments[index];
    if (left !== right && left !== ANY_SEGMENT && right !== ANY_SEGMENT) {
      return false;
    }
  }
  return (
    a.segments.length === b.segments.length ||
    (a.segments.length < b.segments.length ? a.subtree : b.subtree)
  );
}

export function hasTemplate(pattern: PathPattern): boolean {
  return pattern.segments.includes(ANY_SEGMENT);
}

/**
 * The same paths in the words of an AuthorizationPolicy.
 *
 * @remarks
 * `/a/*` there means what starts with `/a/`, so the subtree of `/a` needs the pair. A path with `{*}` is a
 * template, in which only `{**}` stands for what is below.
 */
export function toPolicyPaths(text: string): string[] {
  const pattern = pathPattern(text);
  const base = pattern.segments.length ? `/${pattern.segments.join('/')}` : '';
  if (!pattern.subtree) {
    return [base || '/'];
  }
  if (!base) {
    return ['/*'];
  }
  return hasTemplate(pattern) ? [base, `${base}/{**}`] : [base, `${base}/*`];
}

/** The inverse of {@link toPolicyPaths} over a list; `undefined` where a path has no declared form. */
export function fromPolicyPaths(paths: string[]): string[] | undefined {
  const result: string[] = [];
  for (let index = 0; index < paths.length; index++) {
    const path = paths[index];
    const next = paths[index + 1];
    if (next === `${path}/*` || next === `${path}/{**}`) {
      result.push(`${path}/*`);
      index++;
    } else if (path === '/*' || !path.endsWith('*')) {
      result.push(path);
    } else {
      // A prefix without its pair is narrower than any path that a declaration can say.
      return undefined;
    }
    if ('reason' in parsePathPattern(result[result.length - 1])) {
      return undefined;
    }
  }
  return result;
}

/** Whether a request's path, without its query, is one of the pattern's. */
export function matchesPath(text: string, requestPath: string): boolean {
  const pattern = pathPattern(text);
  const segments = requestPath.slice(1).split('/');
  const matches = (segment: string, index: number) =>
    segment === ANY_SEGMENT
      ? /^[A-Za-z0-9\-._~%!$&'()+,;:@=*]+$/.test(segments[index] ?? '')
      : segment === segments[index];
  if (!requestPath.startsWith('/')) {
    return false;
  }
  if (pattern.segments.length === 0) {
    return pattern.subtree || requestPath === '/';
  }
  return (
    pattern.segments.every(matches) &&
    (pattern.subtree
      ? segments.length >= pattern.segments.length
      : segments.length === pattern.segments.length)
  );
}
