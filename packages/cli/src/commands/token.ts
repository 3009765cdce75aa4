import type { TokenCaller, TokenKind } from '@mesh-auth/access-model';
import type { Command } from 'commander';
import { loadRealm } from '../load/loadRealm';
import { UsageError } from '../load/loadMesh';
import type { ClaimsQuestion, RealmAccess } from '../load/RealmAccess';
import { readLines } from '../load/readLines';

interface TokenOptions {
  realm: string;
  client?: string;
  as?: string;
  scope?: string;
  kind?: string;
  requests?: string;
}

/** Reads `user:NAME` and `service-account`. */
export function parseCaller(text: unknown): TokenCaller {
  if (text === 'service-account') {
    return text;
  }
  if (typeof text === 'string' && /^user:./.test(text)) {
    return { user: text.slice('user:'.length) };
  }
  throw new UsageError(
    `--as is user:NAME or service-account, not ${JSON.stringify(text)}`,
  );
}

function parseKind(text: unknown): TokenKind {
  if (text === undefined || text === 'access' || text === 'id') {
    return text ?? 'access';
  }
  throw new UsageError(`--kind is access or id, not ${JSON.stringify(text)}`);
}

function parseQuestion(source: Record<string, unknown>): ClaimsQuestion {
  const { client, scope } = source;
  if (typeof client !== 'string') {
    throw new UsageError('a client is missing');
  }
  if (scope !== undefined && scope !== null && typeof scope !== 'string') {
    throw new UsageError('the scope is a text of words');
  }
  return {
    client,
    as: parseCaller(source.as),
    scope: scope ?? undefined,
    kind: parseKind(source.kind ?? undefined),
  };
}

async function answerLine(realm: RealmAccess, line: string): Promise<string> {
  let id: unknown;
  try {
    const request = JSON.parse(line) as Record<string, unknown>;
    id = request?.id;
    return JSON.stringify({
      id: id ?? null,
      ...(await realm.claims(parseQuestion(request))),
    });
  } catch (error) {
    const { message } = error as Error;
    return JSON.stringify({
      id: id ?? null,
      claims: {},
      unknown: [],
      error: message,
    });
  }
}

/** `mesh-auth token` */
export function addToken(program: Command) {
  program
    .command('token')
    .description(
      'print the claims that Keycloak would put into a token of a user or a service account',
    )
    .requiredOption(
      '--realm <file|url>',
      'realm export, or BASE/realms/NAME of a Keycloak',
    )
    .option('--client <clientId>', 'client through which the caller signs in')
    .option('--as <caller>', 'user:NAME or service-account')
    .option('--scope <words>', 'scope parameter of the request')
    .option('--kind <kind>', 'access or id', 'access')
    .option(
      '--requests <file>',
      'many questions: one JSON object a line with id, client, as, scope, kind; - for standard input',
    )
    .addHelpText(
      'after',
      `
An answer: {"claims":{…},"unknown":["claim", …]}, with "refused" where Keycloak would issue no such token.
Left out: times, ids of token and session, issuer, hashes and addresses, which differ from login to login.
A realm by URL is read with KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET (and KEYCLOAK_AUTH_REALM, KEYCLOAK_CA_FILE).

Exit codes: 0 answered · 1 wrong usage or the realm cannot be read · 2 no such token`,
    )
    .action(async (options: TokenOptions) => {
      if (options.requests) {
        const realm = await loadRealm(options.realm);
        for await (const line of readLines(options.requests)) {
          process.stdout.write(`${await answerLine(realm, line)}\n`);
        }
        return;
      }
      const question = parseQuestion({ ...options });
      const realm = await loadRealm(options.realm);
      const answer = await realm.claims(question);
      process.stdout.write(`${JSON.stringify(answer)}\n`);
      if (answer.refused !== undefined) {
        process.exitCode = 2;
      }
    });
}
