import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { accessTable } from '../access';
import { decide, decideWay, explain } from '../decide';
import type { DecisionRequest } from '../decide';
import { readManifests, readObjects } from '../manifests';
import { createMesh } from '../mesh';
import { exposuresOf } from '../routing';
import {
  ask,
  bearer,
  ENTRANCE,
  GATEWAY,
  meshOf,
  policy,
  problemsOf,
  ROUTE,
  status,
} from '../testUtils';

const examples = path.resolve(__dirname, '../../../../examples/manifests');

function manifestsIn(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return manifestsIn(full);
    return /\.ya?ml$/.test(entry.name) ? [fs.readFileSync(full, 'utf8')] : [];
  });
}

/** Things to do to a text. */
const mutation = fc.oneof(
  fc.record({
    kind: fc.constant('cut' as const),
    at: fc.nat(),
    length: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    text: fc.constantFrom(
      '*',
      '"',
      '{',
      '}',
      '[',
      ']',
      ':',
      '- ',
      '\n',
      '\t',
      '&a ',
      '*a',
      '|',
      '#',
      '\u0000',
      'ä',
      '99999999999',
      'null',
      'y',
      '/{**}',
      '---\n',
    ),
  }),
  fc.record({
    kind: fc.constant('swap' as const),
    at: fc.nat(),
    with: fc.nat(),
  }),
);

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(text: string, steps: Mutation[]): string {
  return steps.reduce((current, step) => {
    const at = current.length ? step.at % current.length : 0;
    switch (step.kind) {
      case 'cut':
        return current.slice(0, at) + current.slice(at + step.length);
      case 'insert':
        return current.slice(0, at) + step.text + current.slice(at);
      default: {
        const lines = current.split('\n');
        const [a, b] = [step.at % lines.length, step.with % lines.length];
        [lines[a], lines[b]] = [lines[b], lines[a]];
        return lines.join('\n');
      }
    }
  }, text);
}

describe('bad input', () => {
  it('never crashes on manifests that were tampered with, and still answers', () => {
    const files = manifestsIn(examples);
    fc.assert(
      fc.property(
        fc.nat(files.length - 1),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        (index, steps) => {
          const reading = readManifests({
            files: files.map((text, at) => ({
              path: `${at}.yaml`,
              text: at === index ? mutate(text, steps) : text,
            })),
          });
          const mesh = createMesh(reading);
          for (const exposure of exposuresOf(mesh).slice(0, 3))
            accessTable(mesh, exposure);
          explain(mesh, {
            at: GATEWAY,
            method: 'GET',
            host: 'shop.example.com',
            path: '/orders',
            peer: null,
          });
          for (const problem of reading.problems)
            expect(problem.message).not.toBe('');
        },
      ),
      { numRuns: 40 },
    );
  });

  it('never crashes on requests, whatever they hold', () => {
    const mesh = createMesh(
      readManifests({
        files: manifestsIn(examples).map((text, at) => ({
          path: `${at}.yaml`,
          text,
        })),
      }),
    );
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('/%', '/%zz', '/..', '*', '//', 'http://', '[::1', ':80'),
    );
    fc.assert(
      fc.property(
        fc.record({
          method: text,
          host: text,
          path: text.map(value => `/${value}`),
          headers: fc.dictionary(fc.string(), text),
          claims: fc.dictionary(fc.string(), fc.jsonValue()),
        }),
        ({ claims, ...rest }) => {
          const decision = decideWay(mesh, {
            at: { ...GATEWAY, labels: { istio: 'ingressgateway' }, port: 8443 },
            scheme: 'https',
            peer: null,
            token: bearer(claims as Record<string, unknown>),
            ...rest,
          });
          expect(['allow', 'deny', 'unknown']).toContain(decision.verdict);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('turns every answer at a proxy that an EnvoyFilter changes into unknown', () => {
    const text = zlib
      .gunzipSync(
        fs.readFileSync(
          path.resolve(__dirname, '../__fixtures__/gateway.ndjson.gz'),
        ),
      )
      .toString();
    const lines = text
      .split('\n', 600)
      .filter(Boolean)
      .map(line => JSON.parse(line));
    const { objects } = lines[0];
    // A filter that nobody can look into must turn every answer at that proxy into unknown, never into allow.
    const filter = {
      apiVersion: 'networking.istio.io/v1alpha3',
      kind: 'EnvoyFilter',
      metadata: { name: 'x', namespace: 'istio-system' },
      spec: { configPatches: [{ applyTo: 'HTTP_FILTER' }] },
    };
    const mesh = createMesh(readObjects([...objects, filter]));
    for (const { request } of lines.slice(1)) {
      if (!request) break;
      expect(decide(mesh, request).verdict).toBe('unknown');
    }
  });

  it('names file, line and path of what is broken, and reads the rest', () => {
    const reading = readManifests({
      files: [
        {
          path: 'a.yaml',
          text: `${policy('{ action: DENIED }')}---\na: [\n---\n${policy(
            '{}',
          )}`,
        },
        {
          path: 'b.yaml',
          text: 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: {{ x }}\n',
        },
        { path: 'c.yaml', text: `${ENTRANCE}` },
      ],
    });
    expect(reading.objects.map(({ kind }) => kind)).toEqual([
      'AuthorizationPolicy',
      'Gateway',
      'Service',
    ]);
    expect(
      reading.problems.map(({ file, line, path: at, severity }) => [
        file,
        line,
        at,
        severity,
      ]),
    ).toEqual([
      ['a.yaml', 5, 'spec.action', 'error'],
      ['a.yaml', 8, undefined, 'error'],
      ['b.yaml', 1, undefined, 'error'],
    ]);
  });

  it('says so when a name is taken twice, and uses the last', () => {
    const twice = ['{ rules: [{}] }', '{}'].map(
      spec => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: same, namespace: foo }
spec: ${spec}
`,
    );
    expect(problemsOf(...twice)).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringContaining(
          'more than once (first at test.yaml:2)',
        ),
      },
    ]);
    expect(status(meshOf(...twice))).toBe(403);
  });

  it('takes an unquoted y for what Kubernetes takes it for', () => {
    expect(
      problemsOf(
        policy(
          '{ rules: [{ when: [{ key: "request.headers[x-a]", values: [y] }] }] }',
        ),
      ),
    ).toMatchObject([
      {
        severity: 'error',
        path: 'spec.rules[0].when[0].values[0]',
        message: expect.stringContaining('quote it'),
      },
    ]);
  });

  it('stays within bounds: huge documents, deep nesting, aliases, many rules, long paths, evil expressions', () => {
    const start = performance.now();
    const big = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: big }\ndata: { a: "${'x'.repeat(
      9 * 1024 * 1024,
    )}" }\n`;
    expect(problemsOf(big)[0].message).toContain('longer than');
    expect(
      problemsOf(`a: ${'['.repeat(5000)}${']'.repeat(5000)}`),
    ).toHaveLength(1);
    const lol = [
      'a: &a0 [x,x,x,x,x,x,x,x,x]',
      ...Array.from(
        { length: 12 },
        (_, index) =>
          `b${index}: &a${index + 1} [${Array(9)
            .fill(`*a${index}`)
            .join(',')}]`,
      ),
    ].join('\n');
    expect(
      problemsOf(
        `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: lol }\n${lol}`,
      )[0].message,
    ).toContain('values');
    const rules = Array.from(
      { length: 20_000 },
      (_, index) => `{ to: [{ operation: { paths: [/p${index}] } }] }`,
    ).join(',\n');
    expect(problemsOf(policy(`{ rules: [${rules}] }`))[0].severity).toBe(
      'error',
    );
    const evil = `${ENTRANCE}---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: evil, namespace: foo }\nspec: { hosts: ["*"], gateways: [istio-system/gw], http: [{ match: [{ uri: { regex: "(a+)+$" } }], directResponse: { status: 200 } }] }\n`;
    expect(
      status(meshOf(evil), { at: GATEWAY, path: `/${'a'.repeat(50_000)}!` }),
    ).toBe(404);
    expect(
      status(
        meshOf(
          policy(
            '{ rules: [{ to: [{ operation: { paths: ["/{*}/{**}/x"] } }] }] }',
          ),
        ),
        { path: `/${'a/'.repeat(20_000)}y` },
      ),
    ).toBe(403);
    expect(() =>
      ask(meshOf(ENTRANCE), { path: `/${'a'.repeat(2 ** 20)}` }),
    ).toThrow('longer than');
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('survives delegates in a circle, missing ones, and routes to nowhere', () => {
    const root = (name: string, hosts: string, delegate: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: foo }
spec: { ${hosts} http: [{ delegate: { name: ${delegate}, namespace: foo } }] }
`;
    const problems = problemsOf(root('a', '', 'b'), root('b', '', 'a'));
    expect(
      problems.some(({ path: at }) => at === 'spec.http[0].delegate'),
    ).toBe(true);
    expect(
      status(
        meshOf(
          ENTRANCE,
          root('c', 'hosts: ["*"], gateways: [istio-system/gw],', 'gone'),
        ),
        { at: GATEWAY },
      ),
    ).toBe(404);
  });

  it('works without a mesh configuration, and says when there is a broken one', () => {
    expect(status(meshOf(ENTRANCE, ROUTE), { at: GATEWAY })).toBe(200);
    const broken = createMesh(
      readManifests({
        files: [
          {
            path: 'm.yaml',
            text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "a: [" }\n',
          },
        ],
      }),
    );
    expect(broken.meshConfig.found).toBe(false);
    expect(broken.problems[0].message).toContain('mesh configuration');
  });

  it('refuses requests that make no sense', () => {
    const mesh = meshOf(ENTRANCE);
    expect(() => decide(mesh, {} as DecisionRequest)).toThrow(TypeError);
    expect(() =>
      decide(mesh, {
        at: { kind: 'moon', namespace: 'a' },
      } as unknown as DecisionRequest),
    ).toThrow(TypeError);
    expect(() =>
      ask(mesh, {
        at: GATEWAY,
        token: { via: 'nowhere', valid: true, claims: {} },
      }),
    ).toThrow('is not a place');
  });
});
