import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { readObjects } from '../manifests';
import { createMesh } from '../mesh';
import type { Mesh } from '../mesh';
import { decide } from './decide';
import type { Decision, DecisionRequest } from './types';

/** A request as `yarn lab oracle --record` writes it, with what a real proxy did. */
interface RecordedCase {
  request: DecisionRequest;
  /** 0 where the connection was refused, reset or closed. */
  status: number;
  /** Path that the upstream saw; absent where it was not reached. */
  reached?: string;
}

const fixtures = path.resolve(__dirname, '../__fixtures__');

function* recordings(
  file: string,
): Generator<{ mesh: Mesh; item: RecordedCase }> {
  const text = zlib
    .gunzipSync(fs.readFileSync(path.join(fixtures, file)))
    .toString('utf8');
  let mesh: Mesh | undefined;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const value = JSON.parse(line);
    if (value.objects) {
      const reading = readObjects(value.objects);
      // The webhook's code let all of them through.
      expect(
        reading.problems.filter(({ severity }) => severity === 'error'),
      ).toEqual([]);
      mesh = createMesh(reading);
    } else {
      yield { mesh: mesh!, item: value };
    }
  }
}

function difference(
  decision: Decision,
  { request, status, reached }: RecordedCase,
): string | undefined {
  if (decision.verdict === 'deny' && reached !== undefined)
    return 'denied, but the upstream was reached';
  if (decision.status !== status)
    return `status ${decision.status}, the proxy answered ${status}`;
  const passes =
    decision.verdict === 'allow' &&
    (request.at.kind !== 'gateway' || decision.target !== undefined);
  if (passes !== (reached !== undefined))
    return passes ? 'let through, but not reached' : 'stopped, but reached';
  const forwarded = decision.target?.forwarded.path.replace(
    /eyJ[A-Za-z0-9_.-]+/g,
    'TOKEN',
  );
  return forwarded !== undefined && forwarded !== reached
    ? `path ${forwarded}, the upstream saw ${reached}`
    : undefined;
}

describe('decisions of a real Envoy that a real istiod configured', () => {
  it.each([
    ['gateway.ndjson.gz', 20_000],
    ['workload.ndjson.gz', 5_000],
  ])('%s: at least %d, none wrong, less than 2 %% unknown', (file, least) => {
    const wrong: unknown[] = [];
    const unknown = new Map<string, number>();
    let count = 0;
    for (const { mesh, item } of recordings(file)) {
      count += 1;
      const decision = decide(mesh, item.request);
      if (decision.verdict === 'unknown') {
        if (decision.unknown.length === 0)
          wrong.push({ what: 'unknown without a name', request: item.request });
        decision.unknown.forEach(name =>
          unknown.set(name, (unknown.get(name) ?? 0) + 1),
        );
        continue;
      }
      const what = difference(decision, item);
      if (what)
        wrong.push({ what, request: item.request, trace: decision.trace });
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(least);
    expect(
      [...unknown.values()].reduce((sum, value) => sum + value, 0),
    ).toBeLessThan(count * 0.02);
  });
});
