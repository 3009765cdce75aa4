import { RE2JS, RE2JSException } from 're2js';

/** Envoy refuses larger programs by default, and nothing that a person writes comes near. */
const MAX_PATTERN_LENGTH = 4096;
const CACHE_LIMIT = 10_000;

const cache = new Map<string, RE2JS | undefined>();

/** Compiles a regular expression with RE2 semantics; `undefined` where RE2 (and so Envoy) would refuse it. @internal */
export function compileRegex(pattern: string): RE2JS | undefined {
  if (cache.has(pattern)) return cache.get(pattern);
  let compiled: RE2JS | undefined;
  if (pattern.length <= MAX_PATTERN_LENGTH) {
    try {
      compiled = RE2JS.compile(pattern);
    } catch (error) {
      if (!(error instanceof RE2JSException)) throw error;
      compiled = undefined;
    }
  }
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

/** Whether the whole of a text matches, which is how Envoy uses every regular expression. @internal */
export function regexMatches(pattern: string, text: string): boolean {
  return compileRegex(pattern)?.testExact(text) ?? false;
}
