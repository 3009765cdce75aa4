import { regexMatches } from './regex';

/**
 * A string matcher as istiod writes it into Envoy's configuration.
 *
 * `present` is a header's `present_match` (an empty value counts); `nonEmpty` is the regular expression `.+`, which a line feed defeats.
 *
 * @public
 */
export type StringMatcher =
  | { type: 'present' }
  | { type: 'nonEmpty' }
  | {
      type: 'exact' | 'prefix' | 'suffix';
      value: string;
      ignoreCase?: boolean;
    }
  | { type: 'regex'; value: string };

/**
 * The wildcard grammar of AuthorizationPolicy values: `*` alone, a leading `*` (tested first), a trailing `*`, else exact.
 *
 * Istio: pilot/pkg/security/authz/matcher/string.go, StringMatcherWithPrefix.
 *
 * @internal
 */
export function wildcardMatcher(value: string, prefix = ''): StringMatcher {
  if (value === '*') return { type: 'nonEmpty' };
  if (value.startsWith('*')) {
    return prefix === ''
      ? { type: 'suffix', value: value.slice(1) }
      : { type: 'regex', value: `${prefix}.*${value.slice(1)}` };
  }
  if (value.endsWith('*')) {
    return { type: 'prefix', value: prefix + value.slice(0, -1) };
  }
  return { type: 'exact', value: prefix + value };
}

/**
 * The same grammar for headers, hosts and methods, where `*` only asks for presence.
 *
 * Istio: pilot/pkg/security/authz/matcher/header.go, HeaderMatcher and HostMatcher.
 *
 * @internal
 */
export function headerMatcher(
  value: string,
  options: { ignoreCase: boolean } = { ignoreCase: false },
): StringMatcher {
  if (value === '*') return { type: 'present' };
  const matcher = wildcardMatcher(value);
  return options.ignoreCase &&
    (matcher.type === 'exact' ||
      matcher.type === 'prefix' ||
      matcher.type === 'suffix')
    ? { ...matcher, value: matcher.value.toLowerCase(), ignoreCase: true }
    : matcher;
}

/** Lower-cases ASCII letters only, as Envoy does. */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, upper => upper.toLowerCase());
}

/** Whether one value matches. @internal */
export function matchesString(matcher: StringMatcher, text: string): boolean {
  switch (matcher.type) {
    case 'present':
      return true;
    case 'nonEmpty':
      return text !== '' && !text.includes('\n');
    case 'regex':
      return regexMatches(matcher.value, text);
    default: {
      const subject = matcher.ignoreCase ? fold(text) : text;
      if (matcher.type === 'exact') return subject === matcher.value;
      if (matcher.type === 'prefix') return subject.startsWith(matcher.value);
      return subject.endsWith(matcher.value);
    }
  }
}

/** A matcher as a person reads it: `"/admin*"`, `regex "a|b"`, `any value`. @internal */
export function describeMatcher(matcher: StringMatcher): string {
  switch (matcher.type) {
    case 'present':
      return 'any value';
    case 'nonEmpty':
      return 'any non-empty value';
    case 'regex':
      return `regex ${JSON.stringify(matcher.value)}`;
    case 'prefix':
      return JSON.stringify(`${matcher.value}*`);
    case 'suffix':
      return JSON.stringify(`*${matcher.value}`);
    default:
      return JSON.stringify(matcher.value);
  }
}
