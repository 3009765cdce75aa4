import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { normalizePath } from '../decide/normalizePath';
import type { PathNormalization } from '../mesh/MeshConfig';

/** Istio 1.29.1 in Go's module cache; `yarn lab build istio` brings it. Nothing of it is copied. */
const file = path.join(
  process.env.GOMODCACHE ??
    path.join(process.env.GOPATH ?? path.join(os.homedir(), 'go'), 'pkg/mod'),
  'istio.io/istio@v0.0.0-20260306174214-6991a379e1fc/tests/integration/security/normalization_test.go',
);
const present = fs.existsSync(file);

interface Pair {
  normalization: PathNormalization;
  sent: string;
  seen: string;
}

/** Pairs of the test's table: each block names its normalization, then lists what is sent and what the upstream sees. */
function readPairs(source: string): Pair[] {
  const pairs: Pair[] = [];
  let normalization: PathNormalization = 'BASE';
  for (const line of source.split('\n')) {
    const block = /ProxyPathNormalization_([A-Z_]+),$/.exec(line);
    if (block) normalization = block[1] as PathNormalization;
    const pair = /^\s*\{(["`])(.*?)\1, (["`])(.*?)\3\},$/.exec(line);
    if (pair) pairs.push({ normalization, sent: pair[2], seen: pair[4] });
  }
  return pairs;
}

/** The test's loop over all percent-encoded bytes. */
function percentPairs(): Pair[] {
  return Array.from({ length: 255 }, (_, index): Pair => {
    const byte = index + 1;
    const sent = `/admin%${byte.toString(16).padStart(2, '0')}`;
    const character = String.fromCharCode(byte);
    const decoded = /[A-Za-z0-9\-._~/\\]/.test(character);
    return {
      normalization: 'DECODE_AND_MERGE_SLASHES',
      sent,
      seen: decoded ? `/admin${character === '\\' ? '/' : character}` : sent,
    };
  });
}

(present ? describe : describe.skip)("Istio's own normalization cases", () => {
  const all = present
    ? [...readPairs(fs.readFileSync(file, 'utf8')), ...percentPairs()]
    : [];
  // A fragment is cut off by Istio's bootstrap and refused by a plain Envoy (docs/semantics.md, Where versions differ).
  const cases = all.filter(({ sent }) => !sent.includes('#'));

  it('are there', () => {
    expect(cases).toHaveLength(341);
    expect(all.length - cases.length).toBe(4);
  });

  it('come out as the upstream saw them', () => {
    const wrong = cases.filter(
      ({ normalization, sent, seen }) =>
        (normalizePath(sent, normalization) ?? '400') !== seen,
    );
    expect(wrong).toEqual([]);
  });
});
