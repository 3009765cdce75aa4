import type { PathNormalization } from '../mesh/MeshConfig';

/** Characters that are decoded where they come percent-encoded: RFC 3986's unreserved ones. */
const UNRESERVED = /[A-Za-z0-9\-._~]/;
/** Characters that are encoded where they come bare. */
const ESCAPED = new Set('"#<>?`{}^|');

function mustEscape(character: string): boolean {
  return character <= ' ' || character === '\x7f' || ESCAPED.has(character);
}

/** Length of a dot at a position, plain or encoded; 0 where there is none. */
function dotLength(path: string, at: number): number {
  if (path[at] === '.') return 1;
  return path[at] === '%' && /^%2e/i.test(path.slice(at, at + 3)) ? 3 : 0;
}

function isSlash(character: string | undefined): boolean {
  return character === '/' || character === '\\';
}

/** What a dot after a slash means, and how many characters after the dot belong to it. */
function afterDot(
  path: string,
  at: number,
): { kind: 'current' | 'up' | 'name'; length: number } {
  if (at >= path.length) return { kind: 'current', length: 0 };
  if (isSlash(path[at])) return { kind: 'current', length: 1 };
  const second = dotLength(path, at);
  if (second > 0) {
    if (at + second >= path.length) return { kind: 'up', length: second };
    if (isSlash(path[at + second])) return { kind: 'up', length: second + 1 };
  }
  return { kind: 'name', length: 0 };
}

/** Drops the last segment of a path that ends in a slash. */
function backUp(out: string): string {
  if (out.length <= 1) return out;
  const slash = out.lastIndexOf('/', out.length - 2);
  return slash < 0 ? '/' : out.slice(0, slash + 1);
}

/**
 * Canonical form of a path without query, as the URL library that Envoy uses writes it; `undefined` where Envoy refuses the request.
 *
 * Envoy: source/common/http/path_utility.cc, canonicalPath.
 */
function canonical(path: string): string | undefined {
  let out = isSlash(path[0]) ? '' : '/';
  for (let at = 0; at < path.length; at += 1) {
    const character = path[at];
    const dot = dotLength(path, at);
    if (dot > 0) {
      const next = out.endsWith('/')
        ? afterDot(path, at + dot)
        : { kind: 'name', length: 0 };
      if (next.kind === 'name') out += '.';
      if (next.kind === 'up') out = backUp(out);
      at += dot + next.length - 1;
    } else if (character === '\\') {
      out += '/';
    } else if (character === '%') {
      const hex = path.slice(at + 1, at + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) {
        out += '%';
        continue;
      }
      const decoded = String.fromCharCode(parseInt(hex, 16));
      if (decoded === '\0') return undefined;
      out += UNRESERVED.test(decoded) ? decoded : `%${hex}`;
      at += 2;
    } else if (mustEscape(character)) {
      out += `%${character
        .charCodeAt(0)
        .toString(16)
        .toUpperCase()
        .padStart(2, '0')}`;
    } else {
      out += character;
    }
  }
  return out;
}

/** Envoy: path_utility.cc, mergeSlashes. A path of slashes alone keeps two of them. */
function mergeSlashes(path: string): string {
  if (!path.includes('//')) return path;
  const start = path.startsWith('/') ? '/' : '';
  const end = path.endsWith('/') ? '/' : '';
  return `${start}${path.split('/').filter(Boolean).join('/')}${end}`;
}

/**
 * A request target as the proxy's connection manager leaves it; `undefined` where it answers 400.
 *
 * Istio: pilot/pkg/networking/core/listener_builder.go; the query is never touched.
 *
 * @internal
 */
export function normalizePath(
  target: string,
  normalization: PathNormalization,
): string | undefined {
  if (normalization === 'NONE') return target;
  const question = target.indexOf('?');
  let path = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? '' : target.slice(question);
  if (normalization === 'DECODE_AND_MERGE_SLASHES') {
    path = path.replace(/%2f/gi, '/').replace(/%5c/gi, '\\');
  }
  const clean = canonical(path);
  if (clean === undefined) return undefined;
  return (normalization === 'BASE' ? clean : mergeSlashes(clean)) + query;
}
