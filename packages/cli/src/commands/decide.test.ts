import { Readable, Writable } from 'node:stream';
import { createMesh, readManifests } from '@mesh-auth/access-model';
import { decideLines } from './decide';

const mesh = createMesh(
  readManifests({
    files: [
      {
        path: 'mesh.yaml',
        text: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny, namespace: foo }
spec: { action: DENY, rules: [{ to: [{ operation: { paths: [/admin] } }] }] }
`,
      },
    ],
  }),
);

async function answers(
  lines: string,
): Promise<{ failures: number; answers: any[] }> {
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += chunk;
      // A slow reader: every write waits for its turn.
      setImmediate(done);
    },
    highWaterMark: 16,
  });
  const failures = await decideLines({
    mesh,
    input: Readable.from([lines]),
    output,
  });
  await new Promise<void>(resolve => output.end(resolve));
  return {
    failures,
    answers: text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  };
}

const request = (id: string, path: string) =>
  JSON.stringify({
    id,
    at: { kind: 'workload', namespace: 'foo', labels: {}, port: 8080 },
    method: 'GET',
    scheme: 'http',
    host: 'foo',
    path,
    peer: null,
    token: null,
  });

describe('mesh-auth decide', () => {
  it('answers each line with a line, in order', async () => {
    const lines = Array.from({ length: 500 }, (_, index) =>
      request(`c${index}`, index % 2 ? '/admin' : '/'),
    );
    const { failures, answers: given } = await answers(lines.join('\n'));
    expect(failures).toBe(0);
    expect(given.map(({ id }) => id)).toEqual(
      lines.map((_, index) => `c${index}`),
    );
    expect(given[0]).toMatchObject({
      verdict: 'allow',
      status: 200,
      decidedBy: null,
      unknown: [],
    });
    expect(given[1]).toMatchObject({
      id: 'c1',
      verdict: 'deny',
      status: 403,
      decidedBy: 'AuthorizationPolicy/foo/deny#0',
      unknown: [],
    });
    expect(given[1].trace.at(-1)).toMatchObject({
      stage: 'DENY',
      verdict: 'deny',
      rule: 0,
    });
  });

  it('gives a line that is no request an answer of its own: unknown, never allow', async () => {
    const { failures, answers: given } = await answers(
      `{\n\n{"id":"x"}\n${request('y', '/')}\n`,
    );
    expect(failures).toBe(2);
    expect(
      given.map(({ id, verdict, status }) => [id, verdict, status]),
    ).toEqual([
      [null, 'unknown', null],
      ['x', 'unknown', null],
      ['y', 'allow', 200],
    ]);
    expect(given[1].unknown[0]).toContain('at.namespace');
  });
});
