import chalk from 'chalk';
import Table from 'cli-table3';
import type { Command } from 'commander';
import {
  accessTable,
  exposuresOf,
  formatRef,
  loginWallOf,
} from '@mesh-auth/access-model';
import type { AccessRow, Mesh, RouteExposure } from '@mesh-auth/access-model';
import { loadMesh, UsageError } from '../load/loadMesh';
import type { SourceOptions } from '../load/loadMesh';
import { sourceOptions } from './sourceOptions';

interface ExposuresOptions extends SourceOptions {
  host?: string;
  service?: string;
  access?: boolean;
  json?: boolean;
  output?: string;
}

function addressOf({ scheme, host, port, path }: RouteExposure): string {
  const standard =
    (scheme === 'http' && port === 80) || (scheme === 'https' && port === 443);
  const star =
    path.type === 'prefix' || path.type === 'segmentPrefix' ? '*' : '';
  return `${scheme}://${host}${standard ? '' : `:${port}`}${
    path.type === 'regex' ? ` ~ ${path.value}` : `${path.value}${star}`
  }`;
}

function targetOf({
  destinations,
  redirect,
  directResponse,
  httpsRedirect,
}: RouteExposure): string {
  if (httpsRedirect) return 'redirect to https';
  if (redirect) return `redirect ${redirect.status} ${redirect.location}`;
  if (directResponse) return `answer ${directResponse}`;
  return destinations
    .map(({ host, service }) =>
      service ? `${service.namespace}/${service.name}` : `${host} (missing)`,
    )
    .join(', ');
}

function pathOf({ path }: AccessRow): string {
  const suffix =
    path.type === 'prefix' || path.type === 'segmentPrefix' ? '*' : '';
  return path.type === 'suffix' ? `*${path.value}` : `${path.value}${suffix}`;
}

function printText(
  mesh: Mesh,
  exposures: RouteExposure[],
  withAccess: boolean,
) {
  const head = ['way in', 'methods', 'leads to', 'by'];
  const table = new Table({
    head: withAccess ? [...head, 'who may'] : head,
    // The table library colours even what goes into a file.
    style:
      chalk.level === 0
        ? { head: [], border: [] }
        : { head: ['bold'], border: ['gray'] },
  });
  for (const exposure of exposures) {
    const row = [
      addressOf(exposure),
      exposure.methods.join(', ') || 'all',
      targetOf(exposure),
      `${formatRef(exposure.route)} rule ${exposure.rule}`,
    ];
    if (!withAccess) {
      table.push(row);
      continue;
    }
    const lines = accessTable(mesh, exposure).map(
      item =>
        `${item.methods.join(',') || 'any'} ${pathOf(item)}: ${chalk.bold(
          item.audience,
        )}`,
    );
    const wall = loginWallOf(mesh, exposure);
    table.push([
      ...row,
      [
        ...(wall.state === 'none'
          ? []
          : [`login ${wall.state} (${wall.provider})`]),
        ...lines,
      ].join('\n'),
    ]);
  }
  process.stdout.write(`${table.toString()}\n${exposures.length} ways in\n`);
}

/** `mesh-auth exposures` */
export function addExposures(program: Command) {
  sourceOptions(
    program
      .command('exposures')
      .description(
        'list every way in: host, path and methods, the service behind it, and who may use it',
      )
      .option('--host <name>', 'only this host')
      .option('--service <namespace/name>', 'only ways to this service')
      .option(
        '--access',
        'say for each class of paths and methods who may use it',
      )
      .option('--json', 'one JSON object a line')
      .option('--output <format>', 'text or json', 'text'),
  )
    .addHelpText('after', '\nExit codes: 0 done · 1 wrong usage')
    .action(async (options: ExposuresOptions) => {
      if (options.output !== 'text' && options.output !== 'json') {
        throw new UsageError('--output is text or json');
      }
      const mesh = await loadMesh(options);
      const exposures = exposuresOf(mesh).filter(
        ({ host, destinations }) =>
          (!options.host || host === options.host) &&
          (!options.service ||
            destinations.some(
              ({ service }) =>
                service &&
                `${service.namespace}/${service.name}` === options.service,
            )),
      );
      if (options.json || options.output === 'json') {
        let pending = '';
        for (const exposure of exposures) {
          const extra = options.access
            ? {
                access: accessTable(mesh, exposure),
                loginWall: loginWallOf(mesh, exposure),
              }
            : {};
          pending += `${JSON.stringify({ ...exposure, ...extra })}\n`;
        }
        process.stdout.write(pending);
        return;
      }
      printText(mesh, exposures, options.access === true);
    });
}
