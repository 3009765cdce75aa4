import execa from 'execa';
import fs from 'fs-extra';
import os from 'os';
import path from 'path';
import { Client } from 'pg';
import { labPath } from '../paths';
import { ensureSecret } from '../secrets';
import { LabSettings } from '../settings';
import { Part } from './Part';

const USER_WHEN_ROOT = 'postgres';
const DATABASES = ['keycloak', 'backstage'];

const folder = labPath('postgresql');

/** PostgreSQL refuses to run as root. */
function unprivileged(command: string, args: string[]) {
  return process.getuid?.() === 0
    ? {
        command: 'setpriv',
        args: [
          `--reuid=${USER_WHEN_ROOT}`,
          `--regid=${USER_WHEN_ROOT}`,
          '--clear-groups',
          command,
          ...args,
        ],
      }
    : { command, args };
}

async function programFolder(): Promise<string> {
  const versions = await fs.readdir('/usr/lib/postgresql');
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return path.join('/usr/lib/postgresql', newest, 'bin');
}

/** Gives a folder to the user whom PostgreSQL runs as. False when that user cannot reach it. */
async function handOver(target: string): Promise<boolean> {
  if (process.getuid?.() !== 0) {
    return true;
  }
  await execa('chown', [`${USER_WHEN_ROOT}:${USER_WHEN_ROOT}`, target]);
  const reach = unprivileged('test', ['-x', target]);
  return execa(reach.command, reach.args).then(
    () => true,
    () => false,
  );
}

/**
 * Makes the data folder. A checkout below a folder that is closed to others (a private temporary one, say) is out of
 * reach for PostgreSQL's user: then the data lie among the temporary files, and a link leads to them.
 */
async function makeFolder() {
  await fs.remove(folder);
  await fs.mkdir(folder, { mode: 0o700 });
  if (await handOver(folder)) {
    return;
  }
  await fs.remove(folder);
  const elsewhere = await fs.mkdtemp(
    path.join(os.tmpdir(), 'mesh-auth-lab-postgresql-'),
  );
  if (!(await handOver(elsewhere))) {
    throw new Error(
      `PostgreSQL runs as user ${USER_WHEN_ROOT}, who can reach neither ${folder} nor ${elsewhere}: every folder above one of them needs mode o+x`,
    );
  }
  await fs.symlink(elsewhere, folder);
}

async function initialise(programs: string) {
  if (await fs.pathExists(path.join(folder, 'PG_VERSION'))) {
    return;
  }
  await makeFolder();
  // initdb reads the password as the user whom it runs as.
  const passwordFolder = await fs.mkdtemp(path.join(os.tmpdir(), 'lab-'));
  const passwordFile = path.join(passwordFolder, 'password');
  try {
    await fs.writeFile(
      passwordFile,
      await ensureSecret('postgresql-superuser'),
      { mode: 0o600 },
    );
    if (process.getuid?.() === 0) {
      await execa('chown', ['-R', USER_WHEN_ROOT, passwordFolder]);
    }
    const initdb = unprivileged(path.join(programs, 'initdb'), [
      `--pgdata=${await fs.realpath(folder)}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-sync',
    ]);
    await execa(initdb.command, initdb.args, { cwd: '/' });
  } catch (error) {
    await fs.remove(folder);
    throw error;
  } finally {
    await fs.remove(passwordFolder);
  }
}

async function withSuperuser<T>(
  settings: LabSettings,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: '127.0.0.1',
    port: settings.ports.postgresql,
    user: 'postgres',
    password: await ensureSecret('postgresql-superuser'),
    database: 'postgres',
    connectionTimeoutMillis: 3000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One server for Keycloak and Backstage, a database and a user each. @internal */
export const postgresql: Part = {
  name: 'postgresql',
  title: 'PostgreSQL',
  needs: [],
  artifacts: [],
  debianPackages: ['postgresql'],
  ports: ['postgresql'],
  processNames: ['postgresql'],
  grace: 15_000,
  async processes({ ports }) {
    const programs = await programFolder();
    await initialise(programs);
    // Left behind by a server that was killed; its process is known to be gone.
    await fs.remove(path.join(folder, 'postmaster.pid'));
    return [
      {
        name: 'postgresql',
        ...unprivileged(path.join(programs, 'postgres'), [
          '-D',
          await fs.realpath(folder),
          '-p',
          String(ports.postgresql),
          '-c',
          'listen_addresses=127.0.0.1',
          '-c',
          'unix_socket_directories=',
          '-c',
          'max_connections=200',
          '-c',
          'shared_buffers=64MB',
        ]),
        // Fast shutdown: does not wait for clients.
        stopSignal: 'SIGINT',
      },
    ];
  },
  async ready(settings) {
    await withSuperuser(settings, client => client.query('SELECT 1'));
  },
  async setUp(settings) {
    await withSuperuser(settings, async client => {
      for (const name of DATABASES) {
        const user = client.escapeIdentifier(name);
        const password = client.escapeLiteral(
          await ensureSecret(`postgresql-${name}`),
        );
        const { rowCount } = await client.query(
          'SELECT 1 FROM pg_roles WHERE rolname = $1',
          [name],
        );
        // Backstage makes a database for each plugin.
        const rights = name === 'backstage' ? 'CREATEDB' : 'NOCREATEDB';
        await client.query(
          `${
            rowCount ? 'ALTER' : 'CREATE'
          } ROLE ${user} LOGIN ${rights} PASSWORD ${password}`,
        );
        const existing = await client.query(
          'SELECT 1 FROM pg_database WHERE datname = $1',
          [name],
        );
        if (!existing.rowCount) {
          await client.query(`CREATE DATABASE ${user} OWNER ${user}`);
        }
      }
    });
  },
};
