import { expect, test } from '@playwright/test';
import { execFile } from 'child_process';
import path from 'path';
import { promisify } from 'util';
import { lab, labEnvironment, labSecret } from './lab';

// The model against the servers that it models, on input that nobody has chosen. The seed is the day: new input every day, and a run can
// be repeated as it was.
const seed = new Date().toISOString().slice(0, 10).replaceAll('-', '');

/** Runs a program of `lab/identity` against the lab's Keycloak; rejects with its output when it finds a difference. */
async function identity(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--import',
      '@backstage/cli/config/nodeTransform.cjs',
      `lab/identity/${program}.ts`,
      '--url',
      labEnvironment().LAB_KEYCLOAK_URL,
      ...args,
    ],
    {
      cwd: path.resolve(__dirname, '../..'),
      maxBuffer: 64 * 1024 * 1024,
      env: {
        ...process.env,
        KEYCLOAK_ADMIN_PASSWORD: labSecret('keycloak-admin'),
      },
    },
  );
  return stdout;
}

/** The closing line of a program that compares. */
function closingLine(output: string): string {
  const line = output
    .trim()
    .split('\n')
    .filter(text => /\d+ passed, \d+ failed/.test(text))
    .pop();
  process.stdout.write(`seed ${seed}: ${line}\n`);
  return line ?? output;
}

test('2,000 random requests are decided as istiod and Envoy decide them', async () => {
  test.setTimeout(300_000);
  const line = closingLine(
    await lab('oracle', '--cases', '2000', '--seed', seed),
  );
  expect(line).toMatch(/^\d{4,} passed, 0 failed/);
});

test('random realms give the tokens and the holders that Keycloak gives', async () => {
  test.setTimeout(600_000);
  const line = closingLine(
    await identity('run', '--seed', seed, '--realms', '20', '--callers', '10'),
  );
  expect(line).toMatch(/[1-9]\d* passed, 0 failed/);
});

test('the documented rights suffice, each missing one is named, and no secret is read', async () => {
  test.setTimeout(300_000);
  const line = closingLine(await identity('rights'));
  expect(line).toMatch(/[1-9]\d* passed, 0 failed/);
});
