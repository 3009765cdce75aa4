import fs from 'node:fs';
import zlib from 'node:zlib';
import type { BatchResult } from './gatewayBatch';

/** Keys are of one run only, and the model does not look at them. */
function withoutKeys(object: Record<string, any>): Record<string, any> {
  if (object.kind !== 'RequestAuthentication') return object;
  return {
    ...object,
    spec: {
      ...object.spec,
      jwtRules: object.spec.jwtRules.map((rule: any) => ({
        ...rule,
        jwks: '{"keys":[]}',
      })),
    },
  };
}

/**
 * Lines of a recording: the objects of a batch, then a line for each request with the status that the proxy answered and whether (and by
 * which path) the upstream was reached. `packages/access-model/src/decide/recorded.test.ts` reads them.
 */
function linesOf(batch: BatchResult): string {
  return [
    JSON.stringify({
      batch: batch.seed,
      objects: batch.objects.map(withoutKeys),
    }),
    ...batch.cases.map(({ request, response }) =>
      JSON.stringify({
        request,
        status: response.status,
        ...(response.reached
          ? { reached: response.path?.replace(/eyJ[A-Za-z0-9_.-]+/g, 'TOKEN') }
          : {}),
      }),
    ),
  ].join('\n');
}

/** Collects batches and writes them as one compressed file. */
export class Recorder {
  readonly #lines: string[] = [];
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  add(batch: BatchResult) {
    this.#lines.push(linesOf(batch));
  }

  write() {
    fs.writeFileSync(
      this.#file,
      zlib.gzipSync(`${this.#lines.join('\n')}\n`, { level: 9 }),
    );
  }
}
