import { matchesTemplate } from '../match/pathTemplate';
import { regexMatches } from '../match/regex';
import type { PathMatch } from '../routing/RouteMatch';
import type { PathClass } from './types';

/** A segment that no literal of a policy is likely to hold. */
const UNLIKELY = 'mesh-auth~any';

/** A class with a path that lies in it. @internal */
export interface PathSample {
  path: PathClass;
  sample: string | undefined;
}

/** Whether a path lies in a class. @internal */
export function inClass({ type, value }: PathClass, path: string): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'exact':
      return path === value;
    case 'prefix':
      return path.startsWith(value);
    case 'segmentPrefix':
      return (
        path.startsWith(value) &&
        (path.length === value.length || path[value.length] === '/')
      );
    case 'suffix':
      return path.endsWith(value);
    case 'template':
      return matchesTemplate(value, path);
    default:
      return regexMatches(value, path);
  }
}

/** A literal of a policy's `paths` as a class. */
function classOfLiteral(literal: string): PathClass | undefined {
  if (literal === '*') return undefined;
  if (literal.includes('{*}') || literal.includes('{**}'))
    return { type: 'template', value: literal };
  if (literal.startsWith('*'))
    return { type: 'suffix', value: literal.slice(1) };
  if (literal.endsWith('*'))
    return { type: 'prefix', value: literal.slice(0, -1) };
  return { type: 'exact', value: literal };
}

/** Simple regular expressions have simple members; anything else has to be left open. */
function sampleOfRegex(pattern: string): string | undefined {
  const candidate = pattern
    .replace(/^\^|\$$/g, '')
    .replace(/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)\??/g, '$1')
    .replace(/\\d[+*]?|\[0-9\][+*]?/g, '1')
    .replace(/\\w[+*]?|\[\^\/\][+*]|\[[^\]]*\][+*]?/g, 'a')
    .replace(/\.\*|\.\+/g, 'a')
    .replace(/\\(.)/g, '$1');
  return [candidate, `/${candidate}`, '/', `/${UNLIKELY}`].find(
    path => path.startsWith('/') && regexMatches(pattern, path),
  );
}

/** A path that lies in a class of the paths of an exposure. @internal */
export function sampleOf(
  { type, value }: PathClass,
  base: PathMatch,
): string | undefined {
  const join = (head: string) => `${head}${UNLIKELY}`;
  switch (type) {
    case 'exact':
      return value;
    case 'any':
      return join('/');
    case 'prefix':
      return join(value);
    case 'segmentPrefix':
      return join(`${value}/`);
    case 'suffix': {
      const head = base.type === 'exact' ? '' : base.value;
      return base.type === 'regex'
        ? undefined
        : `${head.replace(/\/?$/, '/')}${UNLIKELY}${value}`;
    }
    case 'template':
      return value
        .replace(/\{\*\*\}/g, `${UNLIKELY}/${UNLIKELY}`)
        .replace(/\{\*\}/g, UNLIKELY);
    default:
      return sampleOfRegex(value);
  }
}

/** From the narrowest to the widest. */
function rank({ type, value }: PathClass): number {
  const order = {
    exact: 0,
    template: 1,
    suffix: 2,
    segmentPrefix: 3,
    prefix: 3,
    regex: 4,
    any: 5,
  };
  return order[type] * 100_000 - Math.min(value.length, 9_999);
}

/**
 * Splits the paths of an exposure at every literal of the policies on its way. Each class comes with one path that lies in it and in no
 * narrower class, so that deciding that one path decides the class.
 *
 * @internal
 */
export function pathClassesOf(
  base: PathMatch,
  literals: Iterable<string>,
): PathSample[] {
  const whole: PathClass = { type: base.type, value: base.value };
  const classes = new Map<string, PathClass>([
    [`${whole.type} ${whole.value}`, whole],
  ]);
  for (const literal of literals) {
    const found = classOfLiteral(literal);
    if (found) classes.set(`${found.type} ${found.value}`, found);
  }
  const ordered = [...classes.values()].sort((a, b) => rank(a) - rank(b));
  return ordered
    .map(path => ({ path, sample: sampleOf(path, base) }))
    .filter(({ path, sample }) => {
      if (sample === undefined) return path === whole;
      if (!inClass(whole, sample)) return false;
      // A narrower class that swallows the sample leaves nothing to say here, unless it is the whole itself.
      return (
        path === whole ||
        !ordered.some(
          other => rank(other) < rank(path) && inClass(other, sample),
        )
      );
    });
}
