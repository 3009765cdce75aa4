import type { RoleHolder, RoleHolders } from '@mesh-auth/access-model';
import type { Command } from 'commander';
import { UsageError } from '../load/loadMesh';
import { loadRealm } from '../load/loadRealm';
import type { RealmAccess } from '../load/RealmAccess';
import { readLines } from '../load/readLines';

interface HoldersOptions {
  realm: string;
  role?: string;
  requests?: string;
}

function toOutput({ type, name, client, enabled, paths }: RoleHolder) {
  return { type, name, client, ...(enabled ? {} : { enabled }), paths };
}

/** Why the list is not known to be complete. */
function gaps({ counts }: RoleHolders): string[] {
  return counts.state === 'known' ? [] : [counts.reason ?? 'holders'];
}

async function find(realm: RealmAccess, role: unknown): Promise<RoleHolders> {
  if (typeof role !== 'string' || !/^(realm:.|client:.+\/.)/.test(role)) {
    throw new UsageError(
      `a role is realm:NAME or client:CLIENTID/NAME, not ${JSON.stringify(
        role,
      )}`,
    );
  }
  const holders = await realm.holders(role);
  if (!holders) {
    throw new UsageError(`the realm has no role ${role}`);
  }
  return holders;
}

async function answerLine(realm: RealmAccess, line: string): Promise<string> {
  let id: unknown;
  try {
    const request = JSON.parse(line) as Record<string, unknown>;
    id = request?.id;
    const found = await find(realm, request?.role);
    const unknown = gaps(found);
    return JSON.stringify({
      id: id ?? null,
      holders: found.holders.map(toOutput),
      ...(unknown.length > 0 ? { unknown } : {}),
    });
  } catch (error) {
    const { message } = error as Error;
    return JSON.stringify({ id: id ?? null, holders: [], error: message });
  }
}

/** `mesh-auth holders` */
export function addHolders(program: Command) {
  program
    .command('holders')
    .description(
      'list who ends up with a role: groups, users and service accounts, each with every path to it',
    )
    .requiredOption(
      '--realm <file|url>',
      'realm export, or BASE/realms/NAME of a Keycloak',
    )
    .option('--role <role>', 'realm:NAME or client:CLIENTID/NAME')
    .option(
      '--requests <file>',
      'many questions: one JSON object a line with id and role; - for standard input',
    )
    .addHelpText(
      'after',
      `
A line: {"type":"user","name":"bob","paths":[["group:/finance/leads","realm:ledger-admin","client:orders/write"]]}
A realm by URL is read with KEYCLOAK_CLIENT_ID and KEYCLOAK_CLIENT_SECRET (and KEYCLOAK_AUTH_REALM, KEYCLOAK_CA_FILE).

Exit codes: 0 all holders are listed · 1 wrong usage, no such role, or the realm cannot be read · 2 there may be more holders`,
    )
    .action(async (options: HoldersOptions) => {
      if (!options.requests && !options.role) {
        throw new UsageError(
          'name a role with --role, or roles with --requests',
        );
      }
      const realm = await loadRealm(options.realm);
      if (options.requests) {
        for await (const line of readLines(options.requests)) {
          process.stdout.write(`${await answerLine(realm, line)}\n`);
        }
        return;
      }
      const found = await find(realm, options.role);
      for (const holder of found.holders) {
        process.stdout.write(`${JSON.stringify(toOutput(holder))}\n`);
      }
      for (const gap of gaps(found)) {
        process.stderr.write(`mesh-auth: there may be more holders: ${gap}\n`);
        process.exitCode = 2;
      }
    });
}
