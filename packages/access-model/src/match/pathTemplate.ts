/**
 * Characters of a path segment that Envoy's URI template accepts.
 *
 * Envoy: source/extensions/path/uri_template_lib/uri_template_internal.cc (with `*` since the fix of CVE-2025-46821).
 */
const SEGMENT = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=*]";
const SEGMENTS = "[a-zA-Z0-9\\-._~%!$&'()+,;:@=*/]";

/** Envoy's limit; a longer template makes the proxy refuse the whole configuration. @internal */
export const MAX_TEMPLATE_LENGTH = 256;

const cache = new Map<string, RegExp>();

/** Whether a value of `paths` is a template. Istio: pkg/config/security/security.go, ContainsPathTemplate. @internal */
export function isPathTemplate(value: string): boolean {
  return value.includes('{*}') || value.includes('{**}');
}

function escape(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function compile(template: string): RegExp {
  const cached = cache.get(template);
  if (cached) return cached;
  const source = template
    .split(/(\{\*\*\}|\{\*\})/)
    .map(part => {
      if (part === '{*}') return `${SEGMENT}+`;
      if (part === '{**}') return `${SEGMENTS}*`;
      return escape(part);
    })
    .join('');
  // Each quantified class is separated from the next by a literal slash that only `{**}`, of which there is one, can eat: the work is at
  // most quadratic in the length of the path.
  const compiled = new RegExp(`^${source}$`);
  if (cache.size > 10_000) cache.clear();
  cache.set(template, compiled);
  return compiled;
}

/** Whether a path (without query) matches a template with `{*}` for one segment and `{**}` for any number. @internal */
export function matchesTemplate(template: string, path: string): boolean {
  return compile(template).test(path);
}
