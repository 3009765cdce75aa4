/**
 * Speed and memory of the access model, each with the ratio to its bound or to a peer measured in the same run.
 *
 * usage: node --import @backstage/cli/config/nodeTransform.cjs bench/accessModel.ts
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  createMesh,
  decide,
  exposuresOf,
  exposuresOfService,
  readManifests,
} from '../packages/access-model/src';
import type { DecisionRequest, Mesh } from '../packages/access-model/src';
import { ensureBinary } from '../lab/src/build/ensureArtifact';
import { benchmarkManifests } from './services';

const root = path.resolve(__dirname, '..');
const ROUNDS = 3;

function report(name: string, measured: string, bound: string, ratio: number) {
  process.stdout.write(
    `${name.padEnd(52)} ${measured.padStart(16)}  ${bound.padStart(
      28,
    )}  ratio ${ratio.toFixed(2)}\n`,
  );
}

/** Processor time of this process, in milliseconds: the clock lies on a machine that others use as well. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function runCommand(command: string, args: string[]): number {
  const start = performance.now();
  const result = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (result.error) throw result.error;
  return performance.now() - start;
}

/** Best of some rounds, taken by turns so that both sides meet the same load. */
function byTurns(first: () => number, second: () => number): [number, number] {
  const times: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round += 1) {
    times[0] = Math.min(times[0], first());
    times[1] = Math.min(times[1], second());
  }
  return times;
}

async function exposuresAgainstIstioctl(folder: string) {
  const istioctl = await ensureBinary('istioctl');
  const cli = path.join(root, 'packages/cli/bin/mesh-auth');
  const own: number[] = [];
  for (const count of [1000, 3000, 10_000]) {
    const file = path.join(folder, `${count}.yaml`);
    fs.writeFileSync(file, benchmarkManifests(count));
    const ours = () =>
      runCommand(process.execPath, [
        cli,
        'exposures',
        '--json',
        '--config',
        file,
      ]);
    if (count === 10_000) {
      const time = Math.min(ours(), ours());
      own.push(time);
      report(
        'exposures of 10,000 services to those of 1,000',
        `${(time / 1000).toFixed(2)} s`,
        'linear: at most 10 times',
        time / own[0],
      );
      continue;
    }
    const [time, peer] = byTurns(ours, () =>
      runCommand(istioctl, ['analyze', '--use-kube=false', file]),
    );
    own.push(time);
    report(
      `exposures of ${count} services to istioctl analyze`,
      `${(time / 1000).toFixed(2)} s`,
      `${(peer / 1000).toFixed(2)} s, at most a third`,
      time / peer,
    );
  }
}

function load(file: string): Mesh {
  return createMesh(
    readManifests({
      files: [{ path: file, text: fs.readFileSync(file, 'utf8') }],
    }),
  );
}

function request(index: number, count: number): DecisionRequest {
  const service = index % count;
  const host = `svc-${service}.example.com`;
  const base = {
    method: 'GET',
    host,
    path: `/v${index % 5}/orders?x=1`,
    headers: { 'user-agent': 'bench' },
  };
  if (index % 2 === 0) {
    return {
      ...base,
      at: {
        kind: 'gateway',
        namespace: 'istio-system',
        labels: { istio: 'gateway' },
        port: 443,
      },
      scheme: 'https',
      token: null,
      peer: null,
    };
  }
  return {
    ...base,
    at: {
      kind: 'workload',
      namespace: `team-${service % 100}`,
      labels: { app: `svc-${service}` },
      port: 8080,
    },
    scheme: 'http',
    peer: { principal: 'cluster.local/ns/istio-system/sa/gateway' },
    token: {
      via: 'authorization',
      valid: true,
      claims: {
        iss: 'https://kc/realms/r',
        sub: 'u',
        realm_access: { roles: [`role-${index % 50}`] },
      },
    },
  };
}

function decisionsPerSecond(mesh: Mesh) {
  const total = 300_000;
  const requests = Array.from({ length: 2000 }, (_, index) =>
    request(index, 1000),
  );
  let best = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = processorTime();
    for (let index = 0; index < total; index += 1)
      decide(mesh, requests[index % requests.length]);
    best = Math.max(best, (total / (processorTime() - start)) * 1000);
  }
  report(
    'decisions a second, gateway and workload by turns',
    Math.round(best).toString(),
    'at least 100,000',
    best / 100_000,
  );
}

/** Replaces one object and asks again what it touches. */
function replacing(mesh: Mesh) {
  const kinds = [
    'networking.istio.io/VirtualService',
    'security.istio.io/AuthorizationPolicy',
    'security.istio.io/RequestAuthentication',
    'security.istio.io/PeerAuthentication',
    '/Service',
  ];
  for (const kind of kinds) {
    let current = mesh;
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const index = round * 37;
      const namespace = `team-${index % 100}`;
      const name = kind.endsWith('AuthorizationPolicy')
        ? `svc-${index}-0`
        : `svc-${index}`;
      const object = current.get(kind, namespace, name)!;
      const copy = {
        ...object,
        metadata: { ...object.metadata, resourceVersion: String(round) },
      };
      const start = processorTime();
      current = current.replace(copy);
      decide(current, request(index * 2, 10_000));
      decide(current, request(index * 2 + 1, 10_000));
      exposuresOfService(current, { namespace, name: `svc-${index}` });
      times.push(processorTime() - start);
    }
    times.sort((a, b) => a - b);
    const median = times[times.length >> 1];
    report(
      `replace one ${kind.split('/')[1]} of 10,000 services`,
      `${median.toFixed(2)} ms`,
      'under 10 ms',
      median / 10,
    );
  }
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mesh-auth-bench-'));
  try {
    await exposuresAgainstIstioctl(folder);
    decisionsPerSecond(load(path.join(folder, '1000.yaml')));
    const large = load(path.join(folder, '10000.yaml'));
    exposuresOf(large);
    for (let index = 0; index < 20_000; index += 1)
      decide(large, request(index, 10_000));
    replacing(large);
    global.gc?.();
    const rss = process.memoryUsage().rss / 2 ** 20;
    report(
      `memory with ${large.size} objects, all exposures`,
      `${Math.round(rss)} MiB`,
      'below 1,536 MiB',
      rss / 1536,
    );
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
