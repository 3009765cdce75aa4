import fs from 'node:fs';
import { ensureBinary } from '../src/build/ensureArtifact';
import { runGatewayBatch } from './gatewayBatch';
import type { BatchResult } from './gatewayBatch';
import { runWorkloadBatch } from './workloadBatch';
import { Recorder } from './Recorder';
import { startAuthoriser, startUpstream } from './servers';

/** What to run. */
export interface OracleOptions {
  cases: number;
  seed: string;
  /** Which proxies: gateways, workloads, or both by turns. */
  at?: 'gateway' | 'workload' | 'both';
  /** Where disagreements go, one JSON object a line. */
  failures?: string;
  /** Where the cases are recorded, for the replay in the model's own tests. */
  record?: string;
}

const WORLDS = 4;
/** Batches whose servers may fail to start before the run is given up. */
const MAX_BROKEN = 3;
const REQUESTS = 250;

function seedOf(text: string): number {
  return text === 'random' ? Math.floor(Math.random() * 2 ** 30) : Number(text);
}

function wrongOf(batch: BatchResult): number {
  return batch.cases.filter(({ comparison }) => comparison.outcome === 'wrong')
    .length;
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
  const [upstream, authoriser] = await Promise.all([
    startUpstream(),
    startAuthoriser(),
  ]);
  const totals = { agree: 0, unknown: 0, wrong: 0 };
  const recorder = options.record ? new Recorder(options.record) : undefined;
  let broken = 0;
  const unknowns = new Map<string, number>();
  const failures = options.failures
    ? fs.createWriteStream(options.failures)
    : undefined;
  try {
    for (
      let index = 0;
      totals.agree + totals.unknown + totals.wrong < options.cases;
      index += 1
    ) {
      const workload =
        options.at === 'workload' ||
        (options.at !== 'gateway' && index % 4 === 3);
      let batch: BatchResult;
      const run = () =>
        (workload ? runWorkloadBatch : runGatewayBatch)({
          seed: seed + index,
          worlds: WORLDS,
          requests: REQUESTS,
          binaries,
          upstream,
          authoriser,
        });
      try {
        batch = await run();
        if (wrongOf(batch) > 0) {
          // istiod serves before it has read all objects and may push some of them late: what the proxies answer then is not what the
          // objects say, and fresh servers answer otherwise. What is wrong with the model stays wrong.
          const again = await run();
          say(
            `batch ${batch.seed}: ${wrongOf(batch)} answers differed; ${wrongOf(
              again,
            )} differ on fresh servers`,
          );
          batch = again;
        }
      } catch (error) {
        // Servers that do not come up say nothing about the model, unless they never do.
        broken += 1;
        say(`batch ${seed + index}: ${(error as Error).message}`);
        if (broken > MAX_BROKEN) throw error;
        continue;
      }
      recorder?.add(batch);
      for (const problem of batch.problems)
        say(`batch ${batch.seed}: ${problem}`);
      for (const { request, response, comparison } of batch.cases) {
        totals[comparison.outcome] += 1;
        if (comparison.outcome === 'unknown') {
          for (const name of comparison.decision.unknown)
            unknowns.set(name, (unknowns.get(name) ?? 0) + 1);
        }
        if (comparison.outcome === 'wrong') {
          failures?.write(
            `${JSON.stringify({
              seed: batch.seed,
              difference: comparison.difference,
              request,
              response,
              decision: comparison.decision,
              objects: batch.objects,
            })}\n`,
          );
        }
      }
      say(
        `batch ${batch.seed}: ${totals.agree} agree, ${totals.unknown} unknown, ${totals.wrong} wrong`,
      );
    }
  } finally {
    await Promise.all([upstream.close(), authoriser.close()]);
    failures?.end();
    recorder?.write();
  }
  for (const [name, count] of unknowns)
    process.stdout.write(`unknown ${count}: ${name}\n`);
  process.stdout.write(
    `${totals.agree} passed, ${totals.wrong} failed, ${totals.unknown} unknown\n`,
  );
  return totals.wrong;
}
