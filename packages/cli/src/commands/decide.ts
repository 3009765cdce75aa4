import fs from 'node:fs';
import readline from 'node:readline';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { decide } from '@mesh-auth/access-model';
import type { Decision, DecisionRequest, Mesh } from '@mesh-auth/access-model';
import { loadMesh, UsageError } from '../load/loadMesh';
import type { SourceOptions } from '../load/loadMesh';
import { sourceOptions } from './sourceOptions';

/** Answers are written in pieces of about this many characters. */
const CHUNK = 64 * 1024;

function format(decision: Decision): string {
  const { id, verdict, status, decidedBy, trace, unknown, target } = decision;
  return JSON.stringify({
    id: id ?? null,
    verdict,
    status: status ?? null,
    decidedBy: decidedBy ?? null,
    trace,
    unknown,
    ...(target ? { target } : {}),
  });
}

/** A line that is no request gets an answer as well, so that lines keep their places. */
function invalid(id: string | undefined, message: string): Decision {
  return {
    id,
    verdict: 'unknown',
    trace: [],
    unknown: [`request: ${message}`],
  };
}

function answer(mesh: Mesh, line: string): { decision: Decision; ok: boolean } {
  let request: DecisionRequest | undefined;
  try {
    request = JSON.parse(line) as DecisionRequest;
    if (typeof request !== 'object' || request === null)
      throw new TypeError('not a JSON object');
    return { decision: decide(mesh, request), ok: true };
  } catch (error) {
    return {
      decision: invalid(request?.id, (error as Error).message),
      ok: false,
    };
  }
}

/** Answers each line of `input` with a line of `output`, in order. Resolves to the number of lines that were no requests. */
export async function decideLines(options: {
  mesh: Mesh;
  input: NodeJS.ReadableStream;
  output: Writable;
}): Promise<number> {
  const { mesh, input, output } = options;
  let pending = '';
  let failures = 0;
  const flush = async () => {
    const text = pending;
    pending = '';
    if (text && !output.write(text)) await once(output, 'drain');
  };
  for await (const line of readline.createInterface({
    input,
    crlfDelay: Infinity,
  })) {
    if (line.trim() === '') continue;
    const { decision, ok } = answer(mesh, line);
    if (!ok) failures += 1;
    pending += `${format(decision)}\n`;
    if (pending.length >= CHUNK) await flush();
  }
  await flush();
  return failures;
}

function open(file: string): NodeJS.ReadableStream {
  if (file === '-') return process.stdin;
  if (!fs.existsSync(file)) throw new UsageError(`there is no file ${file}`);
  return fs.createReadStream(file, 'utf8');
}

/** `mesh-auth decide` */
export function addDecide(program: Command) {
  sourceOptions(
    program
      .command('decide')
      .description(
        'decide requests: one JSON line in, one JSON line out, in order',
      )
      .requiredOption(
        '--requests <file>',
        'requests, one JSON object a line; - for standard input',
      ),
  )
    .addHelpText(
      'after',
      `
A request: {"id":"1","at":{"kind":"gateway","namespace":"istio-system","labels":{"istio":"ingressgateway"},"port":8080},
            "method":"GET","scheme":"http","host":"shop.example.com","path":"/orders","headers":{},"token":null,"peer":null,
            "sourceIp":"10.0.0.1","extAuthz":{"oauth2-proxy":{"status":200}}}
labels are all labels of the gateway's pods, port is the one that they listen on.
An answer: {"id":"1","verdict":"allow|deny|unknown","status":200,"decidedBy":"AuthorizationPolicy/ns/name#0","trace":[…],"unknown":[…]}

Exit codes: 0 all lines were requests · 1 wrong usage · 2 some lines were not requests`,
    )
    .action(async (options: SourceOptions & { requests: string }) => {
      const input = open(options.requests);
      const mesh = await loadMesh(options);
      const failures = await decideLines({
        mesh,
        input,
        output: process.stdout,
      });
      if (failures > 0) process.exitCode = 2;
    });
}
