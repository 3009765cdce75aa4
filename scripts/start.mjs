#!/usr/bin/env node
/**
 * Starts Backstage with mesh-auth on its embedded defaults and prints the address once a browser can use it.
 *
 * usage: npm start [-- --config FILE …]     (files as of `backstage-cli repo start`; without: app-config.yaml and, if there, app-config.local.yaml)
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bootstrap,
  endWithNpm,
  root,
  say,
  yarnArguments,
} from './toolchain.mjs';

const POLL_MS = 500;
/** A first start compiles the whole frontend; past this something is wrong and the log above tells what. */
const READY_TIMEOUT_MS = 10 * 60 * 1000;

/** The two addresses of app-config, the later file winning, as Backstage itself merges them. */
function addresses(files) {
  const { parse } = createRequire(
    path.join(root, 'packages/backend/package.json'),
  )('yaml');
  let app = 'http://localhost:3000';
  let backend = 'http://localhost:7007';
  for (const file of files) {
    const full = path.resolve(root, file);
    if (!fs.existsSync(full)) continue;
    const config = parse(fs.readFileSync(full, 'utf8')) ?? {};
    const expand = text =>
      text.replace(
        /\$\{([A-Z0-9_]+)(?::-([^}]*))?\}/g,
        (_, name, fallback) => process.env[name] ?? fallback ?? '',
      );
    if (config.app?.baseUrl) app = expand(config.app.baseUrl);
    if (config.backend?.baseUrl) backend = expand(config.backend.baseUrl);
  }
  return { app, backend };
}

async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return response.ok;
  } catch {
    return false;
  }
}

const { node, env } = await bootstrap();
// Each package that is started would look for a relative path in its own folder.
const args = process.argv
  .slice(2)
  .map((arg, index, all) =>
    all[index - 1] === '--config' ? path.resolve(root, arg) : arg,
  );
const configs = args.flatMap((arg, index) =>
  arg === '--config' ? [args[index + 1]] : [],
);
const { app, backend } = addresses(
  configs.length ? configs : ['app-config.yaml', 'app-config.local.yaml'],
);

for (const url of [app, backend]) {
  if (await answers(url)) {
    say(
      `${url} is taken already: stop what listens there, or set other ports with app.baseUrl, backend.baseUrl and backend.listen in app-config.local.yaml.`,
    );
    process.exit(1);
  }
}

const started = Date.now();
say('Starting Backstage (backend and frontend) …');
// A group of its own: ending only the parent would leave the dev server and the backend behind, holding their ports.
const child = spawn(
  node,
  yarnArguments('backstage-cli', 'repo', 'start', ...args),
  { cwd: root, env, stdio: 'inherit', detached: true },
);
let stopping = false;
function stop(signal) {
  if (stopping) return;
  stopping = true;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Already gone.
  }
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => stop(signal === 'SIGINT' ? 'SIGTERM' : signal));
process.on('exit', () => stop('SIGTERM'));
endWithNpm(() => stop('SIGTERM'));
child.on('exit', (code, signal) => {
  stop('SIGTERM');
  process.exit(code ?? (signal ? 0 : 1));
});

while (Date.now() - started < READY_TIMEOUT_MS && !stopping) {
  if (
    (await answers(app)) &&
    (await answers(new URL('/.backstage/health/v1/readiness', backend)))
  ) {
    say(`Ready after ${Math.round((Date.now() - started) / 1000)} s.`);
    process.stdout.write(`\n  mesh-auth demo:  ${app}\n\n`);
    break;
  }
  await sleep(POLL_MS);
}
