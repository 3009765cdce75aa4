import { execFile } from 'child_process';
import fs from 'fs';
import path from 'path';
import { promisify } from 'util';
import type { PartStatus } from '../src/commands/status';
import { parseEnvFile } from '../src/settings';

const root = path.resolve(__dirname, '../..');

/** The settings of the running lab. */
export function labEnvironment(): Record<string, string> {
  return parseEnvFile(fs.readFileSync(path.join(root, '.lab/env'), 'utf8'));
}

/** A secret of the lab by its name. */
export function labSecret(name: string): string {
  return fs.readFileSync(path.join(root, '.lab/secrets', name), 'utf8');
}

/** Runs `yarn lab …` as a person would; rejects with its output when it fails. */
export async function lab(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      '@backstage/cli/config/nodeTransform.cjs',
      'lab/src/cli.ts',
      ...args,
    ],
    { cwd: root, maxBuffer: 16 * 1024 * 1024 },
  );
  return stdout;
}

/** `yarn lab status --json`, by part. */
export async function labStatus(): Promise<Map<string, PartStatus>> {
  const states: PartStatus[] = JSON.parse(await lab('status', '--json'));
  return new Map(states.map(state => [state.part, state]));
}
