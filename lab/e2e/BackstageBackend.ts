import { MeshAuthClient } from '@mesh-auth/plugin-mesh-auth-common';
import { ChildProcess, spawn } from 'child_process';
import fs from 'fs';
import path from 'path';
import { Client } from 'pg';
import { stringify } from 'yaml';
import { labPath, repositoriesFolder, repositoryRoot } from '../src/paths';
import { chooseFreePort } from '../src/settings';
import { labEnvironment, labSecret } from './lab';

const LOG_FILE = labPath('e2e', 'backstage.log');
const CONFIG_FILE = labPath('e2e', 'app-config.yaml');
/** Begins the names of its databases, so that it shares none with a Backstage that someone runs against the lab. */
const DATABASE_PREFIX = 'lab_e2e_';
const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

/** One event of a run of a template. */
interface TaskEvent {
  type: string;
  body: { message: string; status?: string; error?: { message: string } };
}

/**
 * The backend of Backstage against the running lab: as under `yarn start:lab`, but on a port and in databases of its
 * own, without the frontend.
 */
export class BackstageBackend {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly baseUrl: string;
  #token: string | undefined;

  /** Starts it; it answers after {@link BackstageBackend.ready}. */
  static async start(): Promise<BackstageBackend> {
    await dropDatabases();
    const port = await chooseFreePort(
      new Set(Object.values(labEnvironment()).map(Number)),
    );
    const baseUrl = `http://localhost:${port}`;
    fs.mkdirSync(path.dirname(CONFIG_FILE), { recursive: true });
    fs.writeFileSync(
      CONFIG_FILE,
      stringify({
        backend: {
          baseUrl,
          listen: { port, host: '127.0.0.1' },
          database: { prefix: DATABASE_PREFIX },
        },
      }),
    );
    return new BackstageBackend(baseUrl);
  }

  private constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
    const log = fs.openSync(LOG_FILE, 'w', 0o600);
    this.#child = spawn(
      process.execPath,
      [
        '--require',
        '@backstage/cli/config/nodeTransform.cjs',
        'src/index.ts',
        ...[
          path.join(repositoryRoot, 'app-config.yaml'),
          path.join(repositoryRoot, 'app-config.lab.yaml'),
          CONFIG_FILE,
        ].flatMap(file => ['--config', file]),
      ],
      {
        cwd: path.join(repositoryRoot, 'packages/backend'),
        stdio: ['ignore', log, log],
        // A group of its own, so that what it starts ends with it.
        detached: true,
        env: {
          ...Object.fromEntries(
            INHERITED.map(name => [name, process.env[name]]),
          ),
          ...labEnvironment(),
          // Guests may only sign in during development.
          NODE_ENV: 'development',
          // The folder that the lab's sync follows.
          MESH_AUTH_DEMO_DIR: path.dirname(repositoriesFolder()),
        },
      },
    );
    fs.closeSync(log);
    this.#exited = new Promise(resolve => {
      this.#child.once('exit', () => resolve());
    });
    process.once('exit', this.#kill);
  }

  readonly #kill = (signal: NodeJS.Signals | number = 'SIGKILL') => {
    try {
      process.kill(
        -this.#child.pid!,
        typeof signal === 'string' ? signal : 'SIGKILL',
      );
    } catch {
      // Gone already.
    }
  };

  /** Whether every plugin is ready. Throws with the end of the log when the process has ended. */
  async ready(): Promise<boolean> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      throw new Error(
        `The backend has ended with ${
          this.#child.exitCode ?? this.#child.signalCode
        }:\n${this.lastLogLines()}`,
      );
    }
    return fetch(`${this.baseUrl}/.backstage/health/v1/readiness`, {
      signal: AbortSignal.timeout(5000),
    }).then(
      answer => answer.ok,
      () => false,
    );
  }

  /** The end of its log. */
  lastLogLines(count = 40): string {
    return fs
      .readFileSync(LOG_FILE, 'utf8')
      .split('\n')
      .slice(-count)
      .join('\n');
  }

  /** Ends it, every process that it started, and its databases. */
  async stop(): Promise<void> {
    this.#kill('SIGTERM');
    const patience = setTimeout(this.#kill, 10_000);
    await this.#exited;
    clearTimeout(patience);
    this.#kill();
    process.off('exit', this.#kill);
    await dropDatabases();
  }

  /** Signs in as guest; every later request carries the token. */
  async signIn(): Promise<void> {
    const { backstageIdentity } = await this.#json('/api/auth/guest/refresh');
    this.#token = backstageIdentity.token;
  }

  /** The answers of mesh-auth, as the frontend gets them. */
  get meshAuth(): MeshAuthClient {
    return new MeshAuthClient({
      discoveryApi: {
        getBaseUrl: async plugin => `${this.baseUrl}/api/${plugin}`,
      },
      fetchApi: { fetch: (input, init) => this.#fetch(input, init) },
    });
  }

  /** Whether the catalog has read a template by now. */
  async hasTemplate(template: string): Promise<boolean> {
    const answer = await this.#fetch(
      `${this.baseUrl}/api/catalog/entities/by-name/template/default/${template}`,
    );
    return answer.ok;
  }

  /** The values with which the form of a template begins, of all its steps. */
  async templateDefaults(template: string): Promise<Record<string, unknown>> {
    const { steps } = await this.#json(
      `/api/scaffolder/v2/templates/default/template/${template}/parameter-schema`,
    );
    const properties: [string, { default?: unknown }][] = steps.flatMap(
      ({ schema }: { schema: { properties: {} } }) =>
        Object.entries(schema.properties),
    );
    return Object.fromEntries(
      properties
        .filter(([, property]) => property.default !== undefined)
        .map(([name, property]) => [name, property.default]),
    );
  }

  /** Runs a template to its end. Throws with the log of the run when it fails. */
  async runTemplate(
    template: string,
    values: Record<string, unknown>,
  ): Promise<void> {
    const { id } = await this.#json('/api/scaffolder/v2/tasks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        templateRef: `template:default/${template}`,
        values,
      }),
    });
    // The server ends the stream after the event of completion.
    const stream = await this.#fetch(
      `${this.baseUrl}/api/scaffolder/v2/tasks/${id}/eventstream`,
      { signal: AbortSignal.timeout(180_000) },
    );
    const events: TaskEvent[] = (await stream.text())
      .split('\n')
      .filter(line => line.startsWith('data: '))
      .map(line => JSON.parse(line.slice('data: '.length)));
    const task = await this.#json(`/api/scaffolder/v2/tasks/${id}`);
    if (
      task.status !== 'completed' ||
      events[events.length - 1]?.type !== 'completion'
    ) {
      const log = events.map(({ body }) => body.error?.message ?? body.message);
      throw new Error(
        `The run of ${template} is ${task.status}:\n${log.join('\n')}`,
      );
    }
  }

  async #fetch(input: RequestInfo | URL, init: RequestInit = {}) {
    const headers = new Headers(init.headers);
    if (this.#token) {
      headers.set('authorization', `Bearer ${this.#token}`);
    }
    return fetch(input, {
      signal: AbortSignal.timeout(30_000),
      ...init,
      headers,
    });
  }

  async #json(address: string, init?: RequestInit): Promise<any> {
    const answer = await this.#fetch(`${this.baseUrl}${address}`, init);
    if (!answer.ok) {
      throw new Error(
        `${address}: ${answer.status} ${(await answer.text()).slice(0, 2000)}`,
      );
    }
    return answer.json();
  }
}

async function dropDatabases() {
  const { LAB_POSTGRESQL_PORT, LAB_POSTGRESQL_USER } = labEnvironment();
  const client = new Client({
    host: '127.0.0.1',
    port: Number(LAB_POSTGRESQL_PORT),
    user: LAB_POSTGRESQL_USER,
    password: labSecret('postgresql-backstage'),
    database: 'backstage',
  });
  await client.connect();
  try {
    const { rows } = await client.query(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [DATABASE_PREFIX],
    );
    for (const { datname } of rows) {
      await client.query(
        `DROP DATABASE ${client.escapeIdentifier(datname)} WITH (FORCE)`,
      );
    }
  } finally {
    await client.end();
  }
}
