import { Listr, ListrTask } from 'listr2';
import { artifacts } from '../build/artifacts';
import { buildAll } from '../build/buildTasks';
import { isBuilt } from '../build/ensureArtifact';
import { missingDebianPackages } from '../build/ensureDebianPackages';
import { partNamed, partsWithNeeds } from '../parts';
import { Part } from '../parts/Part';
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
  await buildMissing(wanted);
  const settings = await ensureSettings();

  const titles = new Map<string, string>();
  const outputs = new Map<string, (line: string) => void>();
  const runs = new Map<string, Promise<void>>();
  const bringUp = async (part: Part) => {
    const progress = (line: string) => outputs.get(part.name)?.(line);
    for (const need of part.needs) {
      progress(`waiting for ${need}`);
      await runOnce(partNamed(need)).catch(() => {
        throw new Error(`${part.title}: needs ${need}, which failed`);
      });
    }
    const began = Date.now();
    const started = await startPart({ part, settings, progress });
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    const took = started || !part.processNames.length;
    titles.set(
      part.name,
      `${part.title} (${took ? `${seconds} s` : 'was up'})`,
    );
  };
  function runOnce(part: Part): Promise<void> {
    const run = runs.get(part.name) ?? bringUp(part);
    runs.set(part.name, run);
    return run;
  }

  const failures: Error[] = [];
  await new Listr(
    wanted.map(
      (part): ListrTask => ({
        title: part.title,
        task: async (_, task) => {
          outputs.set(part.name, line => {
            task.output = line;
          });
          try {
            await runOnce(part);
            task.title = titles.get(part.name)!;
          } catch (error) {
            failures.push(error as Error);
            throw error;
          }
        },
      }),
    ),
    { concurrent: true, exitOnError: false, fallbackRenderer: 'simple' },
  ).run();
  if (failures.length) {
    throw new Error(failures.map(error => error.message).join('\n\n'));
  }
  printSummary(settings, Date.now() - start);
}

async function buildMissing(wanted: readonly Part[]) {
  const names = new Set(wanted.flatMap(part => part.artifacts));
  const needed = artifacts.filter(artifact => names.has(artifact.name));
  const built = await Promise.all(needed.map(isBuilt));
  const packages = wanted.flatMap(part => part.debianPackages ?? []);
  if (
    built.includes(false) ||
    (await missingDebianPackages(packages)).length > 0
  ) {
    await buildAll({
      artifacts: needed.filter((_, index) => !built[index]),
      packages,
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
