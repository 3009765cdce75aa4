import fs from 'node:fs';
import type { Command } from 'commander';
import { explain, gatewaysOfHost, jwtRulesFor } from '@mesh-auth/access-model';
import type {
  DecisionRequest,
  Mesh,
  RequestToken,
} from '@mesh-auth/access-model';
import { loadMesh, UsageError } from '../load/loadMesh';
import type { SourceOptions } from '../load/loadMesh';
import { formatExplanation } from '../output/formatExplanation';
import { loadRealm } from '../load/loadRealm';
import { sourceOptions } from './sourceOptions';
import { parseCaller } from './token';

interface ExplainOptions extends SourceOptions {
  request?: string;
  method: string;
  header: string[];
  claims?: string;
  as?: string;
  realm?: string;
  client?: string;
  scope?: string;
  token?: string;
  answer: string[];
  peer?: string;
  sourceIp?: string;
  workload?: string;
  port?: string;
  json?: boolean;
}

function pairs(
  values: string[],
  separator: string,
  option: string,
): [string, string][] {
  return values.map(value => {
    const at = value.indexOf(separator);
    if (at <= 0)
      throw new UsageError(
        `${option} takes NAME${separator}VALUE, found ${JSON.stringify(value)}`,
      );
    return [value.slice(0, at).trim(), value.slice(at + 1).trim()];
  });
}

function readJson(text: string, option: string): any {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${option} is not JSON: ${(error as Error).message}`);
  }
}

function workloadAt(
  mesh: Mesh,
  name: string,
  port: number | undefined,
): DecisionRequest['at'] {
  const [namespace, workloadName] = name.split('/');
  const workload = mesh
    .workloads()
    .find(item => item.namespace === namespace && item.name === workloadName);
  if (!workload)
    throw new UsageError(`there is no workload ${name}; write NAMESPACE/NAME`);
  return {
    kind: 'workload',
    namespace,
    labels: workload.labels,
    serviceAccount: workload.serviceAccount,
    port: port ?? workload.ports[0]?.number,
  };
}

function gatewayAt(
  mesh: Mesh,
  url: URL,
  port: number | undefined,
): DecisionRequest['at'] {
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const [entrance] = gatewaysOfHost(mesh, { host: url.host, scheme });
  if (!entrance)
    throw new UsageError(`no gateway serves ${url.protocol}//${url.host}`);
  const { proxy } = entrance;
  return {
    kind: 'gateway',
    namespace: proxy.namespace,
    labels: proxy.labels,
    serviceAccount: proxy.serviceAccount,
    port: port ?? entrance.port,
  };
}

/** Claims without an issuer get that of the rules that will read them. */
function tokenOf(
  mesh: Mesh,
  options: ExplainOptions,
  at: DecisionRequest['at'],
): RequestToken | null {
  if (options.claims === undefined) return null;
  const claims = readJson(options.claims, '--claims');
  const rules = [
    ...jwtRulesFor(mesh, { ...at, labels: at.labels ?? {} }),
    ...mesh.workloads().flatMap(workload =>
      jwtRulesFor(mesh, {
        kind: 'workload',
        namespace: workload.namespace,
        labels: workload.labels,
      }),
    ),
  ];
  const issuer = claims.iss ?? rules[0]?.issuer;
  const audiences = [
    ...new Set(
      rules
        .filter(rule => rule.issuer === issuer)
        .flatMap(rule => rule.audiences),
    ),
  ];
  return {
    via: options.token ?? 'authorization',
    valid: true,
    claims: {
      ...(issuer ? { iss: issuer, sub: 'someone' } : {}),
      // What a realm says about a token is all that it has.
      ...(audiences.length && !options.as ? { aud: audiences } : {}),
      ...claims,
    },
  };
}

/** At a gateway a caller without `--peer` has no certificate; at a workload nobody knows. */
function peerOf(
  options: ExplainOptions,
  at: DecisionRequest['at'],
): Pick<DecisionRequest, 'peer'> {
  const { peer } = options;
  if (peer !== undefined) {
    return { peer: peer === 'none' ? null : { principal: peer } };
  }
  return at.kind === 'gateway' ? { peer: null } : {};
}

function requestOf(
  mesh: Mesh,
  address: string | undefined,
  options: ExplainOptions,
): DecisionRequest {
  if (options.request) {
    return readJson(
      fs.readFileSync(options.request === '-' ? 0 : options.request, 'utf8'),
      '--request',
    );
  }
  if (!address)
    throw new UsageError('name an address, or a request with --request FILE');
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new UsageError(
      `${JSON.stringify(
        address,
      )} is not an address such as https://shop.example.com/orders`,
    );
  }
  const port = options.port === undefined ? undefined : Number(options.port);
  const at = options.workload
    ? workloadAt(mesh, options.workload, port)
    : gatewayAt(mesh, url, port);
  // The address as it was typed: the parser would already tidy the path up.
  const typed = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(address)?.[1] || '/';
  return {
    at,
    method: options.method,
    scheme: url.protocol.slice(0, -1),
    host: url.host,
    path: typed.startsWith('/') ? typed : `/${typed}`,
    headers: Object.fromEntries(pairs(options.header, ':', '--header')),
    token: tokenOf(mesh, options, at),
    ...peerOf(options, at),
    sourceIp: options.sourceIp,
    extAuthz: Object.fromEntries(
      pairs(options.answer, '=', '--answer').map(([name, status]) => [
        name,
        { status: Number(status) },
      ]),
    ),
  };
}

/** Claims of the token that a realm issues to a caller. */
async function claimsOfCaller({
  as,
  realm,
  client,
  scope,
}: ExplainOptions): Promise<string> {
  if (!realm || !client)
    throw new UsageError('--as needs --realm and --client');
  const access = await loadRealm(realm);
  const { claims, unknown, refused } = await access.claims({
    client,
    as: parseCaller(as),
    scope,
  });
  if (refused !== undefined)
    throw new UsageError(`there is no such token: ${refused}`);
  const open = unknown.filter(name => name !== 'sub');
  if (open.length > 0)
    process.stderr.write(
      `claims that cannot be known and are left out: ${open.join(', ')}\n`,
    );
  return JSON.stringify(claims);
}

const EXIT = { allow: 0, deny: 3, unknown: 4 } as const;

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

/** `mesh-auth explain` */
export function addExplain(program: Command) {
  sourceOptions(
    program
      .command('explain [address]')
      .description(
        'say for one request who decides it, why, and what would have to be different',
      )
      .option(
        '--request <file>',
        'a request as decide reads it, instead of an address; - for standard input',
      )
      .option('-X, --method <method>', 'method', 'GET')
      .option(
        '-H, --header <name:value>',
        'a header of the request',
        collect,
        [],
      )
      .option(
        '--claims <json>',
        'a valid token with these claims; issuer and audience are filled in',
      )
      .option(
        '--as <caller>',
        'with the token of user:NAME or service-account, by --realm and --client',
      )
      .option(
        '--realm <file|url>',
        'realm export, or BASE/realms/NAME of a Keycloak',
      )
      .option('--client <clientId>', 'client through which the caller signs in')
      .option(
        '--scope <words>',
        'scope parameter with which the caller signs in',
      )
      .option(
        '--token <place>',
        'where the token stands: authorization, header:NAME, query:NAME, cookie:NAME, extAuthz:PROVIDER',
      )
      .option(
        '--answer <provider=status>',
        'what an external authoriser answers',
        collect,
        [],
      )
      .option('--peer <principal>', 'identity of the calling workload, or none')
      .option('--source-ip <address>', 'address of the caller')
      .option(
        '--workload <namespace/name>',
        'ask at this workload instead of at the gateway',
      )
      .option('--port <number>', 'port that the proxy listens on')
      .option('--json', 'JSON instead of text'),
  )
    .addHelpText(
      'after',
      '\nExit codes: 0 allowed · 3 denied · 4 not known · 1 wrong usage',
    )
    .action(async (address: string | undefined, options: ExplainOptions) => {
      const mesh = await loadMesh(options);
      const claims =
        options.as === undefined
          ? options.claims
          : await claimsOfCaller(options);
      const request = requestOf(mesh, address, { ...options, claims });
      const explanation = explain(mesh, request);
      process.stdout.write(
        options.json
          ? `${JSON.stringify(explanation, undefined, 2)}\n`
          : formatExplanation(explanation, request),
      );
      process.exitCode = EXIT[explanation.verdict];
    });
}
