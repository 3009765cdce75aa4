import type { Command } from 'commander';
import {
  findingsOf,
  formatRef,
  realmFindingsOf,
  wholeMesh,
} from '@mesh-auth/access-model';
import type { Finding } from '@mesh-auth/access-model';
import { loadMesh } from '../load/loadMesh';
import type { SourceOptions } from '../load/loadMesh';
import { loadRealm } from '../load/loadRealm';
import { sourceOptions } from './sourceOptions';

interface FindingsOptions extends SourceOptions {
  realm?: string;
  client?: string[];
  json?: boolean;
}

function format({
  severity,
  code,
  title,
  object,
  rule,
  evidence,
  fix,
}: Finding) {
  const place = object
    ? ` (${formatRef(object)}${rule === undefined ? '' : `#${rule}`})`
    : '';
  const indented = fix.replace(/\n/g, '\n    ');
  return `${severity} ${code} ${title}${place}\n    ${evidence}\n    ${indented}\n`;
}

/** `mesh-auth findings` */
export function addFindings(program: Command) {
  sourceOptions(
    program
      .command('findings')
      .description('list what someone should act on, with evidence and fix')
      .option(
        '--realm <file|url>',
        'realm export, or BASE/realms/NAME of a Keycloak: also what policies ask for and no token can have',
      )
      .option(
        '--client <clientId...>',
        'clients of the realm that are looked at (default: all but the built-in ones)',
      )
      .option('--json', 'one JSON object a line instead of text'),
  )
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing grave · 1 wrong usage · 2 at least one finding is high`,
    )
    .action(async (options: FindingsOptions) => {
      const scope = wholeMesh(await loadMesh(options));
      const found = findingsOf(scope);
      if (options.realm) {
        const realm = await loadRealm(options.realm);
        found.push(
          ...realmFindingsOf({
            ...scope,
            graph: await realm.people(),
            clients: options.client,
          }),
        );
      }
      for (const finding of found) {
        process.stdout.write(
          options.json ? `${JSON.stringify(finding)}\n` : format(finding),
        );
      }
      if (found.some(({ severity }) => severity === 'high')) {
        process.exitCode = 2;
      }
    });
}
