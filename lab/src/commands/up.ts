import { Listr } from 'listr2';
import { artifacts } from '../build/artifacts';
import { buildAll } from '../build/buildTasks';
import { isBuilt } from '../build/ensureArtifact';
import { missingDebianPackages } from '../build/ensureDebianPackages';
import { partsWithNeeds } from '../parts';
import { labPath } from '../paths';
import { ensureSettings, LabSettings, publicOrigin } from '../settings';
import { startPart } from './startPart';

/**
 * Brings parts up, with what they need, side by side where they do not need each other.
 *
 * @internal
 */
export async function up(names: readonly string[]): Promise<void> {
  const start = Date.now();
  const wanted = partsWithNeeds(names);
  await buildMissing(new Set(wanted.flatMap(part => part.artifacts)));
  const settings = await ensureSettings();

  const ready = new Map<string, Promise<void>>();
  const settle = new Map<
    string,
    { resolve: () => void; reject: (error: Error) => void }
  >();
  for (const part of wanted) {
    const promise = new Promise<void>((resolve, reject) =>
      settle.set(part.name, { resolve, reject }),
    );
    // Whoever waits sees the failure; nobody else has to.
    promise.catch(() => {});
    ready.set(part.name, promise);
  }

  const failures: Error[] = [];
  await new Listr(
    wanted.map(part => ({
      title: part.title,
      task: async (_, task) => {
        try {
          for (const need of part.needs) {
            task.output = `waiting for ${need}`;
            await ready.get(need)!.catch(() => {
              throw new Error(`${part.title}: needs ${need}, which failed`);
            });
          }
          const began = Date.now();
          const started = await startPart({
            part,
            settings,
            progress: line => {
              task.output = line;
            },
          });
          const seconds = ((Date.now() - began) / 1000).toFixed(1);
          task.title = `${part.title} (${
            started || !part.processNames.length ? `${seconds} s` : 'was up'
          })`;
          settle.get(part.name)!.resolve();
        } catch (error) {
          settle.get(part.name)!.reject(error as Error);
          failures.push(error as Error);
          throw error;
        }
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      fallbackRenderer: 'simple',
      collectErrors: false,
      rendererOptions: { showErrorMessage: false },
      fallbackRendererOptions: {},
    } as object,
  ).run();
  if (failures.length) {
    throw new Error(failures.map(error => error.message).join('\n\n'));
  }
  printSummary(settings, Date.now() - start);
}

async function buildMissing(names: ReadonlySet<string>) {
  const needed = artifacts.filter(artifact => names.has(artifact.name));
  const built = await Promise.all(needed.map(isBuilt));
  const debian = (await missingDebianPackages()).length > 0;
  if (debian || built.includes(false)) {
    await buildAll({
      artifacts: needed.filter((_, index) => !built[index]),
      debian,
    });
  }
}

function printSummary(settings: LabSettings, milliseconds: number) {
  const { ports } = settings;
  const rows = [
    ['Gateway', `${publicOrigin(settings, '*.example.com')} on 127.0.0.1`],
    ['Keycloak', `http://127.0.0.1:${ports.keycloak}/auth/admin (user admin)`],
    ['Kubernetes', `https://127.0.0.1:${ports.kubernetes}`],
    ['kubectl', `export KUBECONFIG=${labPath('secrets', 'kubeconfig')}`],
    ['Credentials', `${labPath('secrets')} (one file each)`],
    ['Settings', `${labPath('env')} (\`yarn lab env\`)`],
    [
      'Browser',
      `chromium --host-resolver-rules="MAP *.example.com 127.0.0.1" ${publicOrigin(
        settings,
        'echo.example.com',
      )}/`,
    ],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  process.stdout.write(
    `\nThe lab is up after ${Math.round(milliseconds / 1000)} s.\n${rows
      .map(([label, value]) => `  ${label.padEnd(width)}  ${value}`)
      .join('\n')}\n`,
  );
}
