import fs from 'node:fs';
import { ensureBinary } from '../src/build/ensureArtifact';
import { runGatewayBatch } from './gatewayBatch';
import type { BatchResult } from './gatewayBatch';
import { startAuthoriser, startUpstream } from './servers';

/** What to run. */
export interface OracleOptions {
  cases: number;
  seed: string;
  /** Where disagreements go, one JSON object a line. */
  failures?: string;
  /** Called with each finished batch. */
  onBatch?: (batch: BatchResult) => void;
}

const WORLDS = 4;
const REQUESTS = 120;

function seedOf(text: string): number {
  return text === 'random' ? Math.floor(Math.random() * 2 ** 30) : Number(text);
}

/**
 * Sends random requests to real proxies and compares their answers with the model's.
 *
 * @returns the number of disagreements
 */
export async function runOracle(options: OracleOptions): Promise<number> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const seed = seedOf(options.seed);
  const binaries = {
    istiod: await ensureBinary('pilot-discovery', say),
    envoy: await ensureBinary('envoy', say),
  };
  process.stdout.write(`seed ${seed}\n`);
  const [upstream, authoriser] = await Promise.all([startUpstream(), startAuthoriser()]);
  const totals = { agree: 0, unknown: 0, wrong: 0 };
  const unknowns = new Map<string, number>();
  const failures = options.failures ? fs.createWriteStream(options.failures) : undefined;
  try {
    for (let index = 0; totals.agree + totals.unknown + totals.wrong < options.cases; index += 1) {
      const batch = await runGatewayBatch({
        seed: seed + index,
        worlds: WORLDS,
        requests: REQUESTS,
        binaries,
        upstream,
        authoriser,
      });
      options.onBatch?.(batch);
      for (const problem of batch.problems) say(`batch ${batch.seed}: ${problem}`);
      for (const { request, response, comparison } of batch.cases) {
        totals[comparison.outcome] += 1;
        if (comparison.outcome === 'unknown') {
          for (const name of comparison.decision.unknown) unknowns.set(name, (unknowns.get(name) ?? 0) + 1);
        }
        if (comparison.outcome === 'wrong') {
          failures?.write(
            `${JSON.stringify({ seed: batch.seed, difference: comparison.difference, request, response, decision: comparison.decision, objects: batch.objects })}\n`,
          );
        }
      }
      say(`batch ${batch.seed}: ${totals.agree} agree, ${totals.unknown} unknown, ${totals.wrong} wrong`);
    }
  } finally {
    await Promise.all([upstream.close(), authoriser.close()]);
    failures?.end();
  }
  for (const [name, count] of unknowns) process.stdout.write(`unknown ${count}: ${name}\n`);
  process.stdout.write(`${totals.agree} passed, ${totals.wrong} failed, ${totals.unknown} unknown\n`);
  return totals.wrong;
}
