#!/usr/bin/env node
/**
 * Runs every check of the project and ends with `N passed, N failed, N skipped`.
 *
 * usage: npm test [-- STAGE …]      one or more of the stages below; without: all of them, cheapest first
 */
import { spawn } from 'node:child_process';
import {
  bootstrap,
  environmentFor,
  root,
  say,
  yarnArguments,
} from './toolchain.mjs';

/**
 * `count` finds passed and failed tests in a stage's output; a stage without tests of its own counts as one.
 * `needs` names a stage whose result another one reads.
 */
const STAGES = [
  {
    name: 'format',
    title: 'Prettier',
    yarn: ['prettier', '--check', '--loglevel', 'warn', '.'],
  },
  {
    name: 'lint',
    title: 'ESLint',
    yarn: [
      'backstage-cli',
      'repo',
      'lint',
      '--max-warnings',
      '0',
      '--success-cache',
    ],
  },
  {
    name: 'rooms',
    title: 'Rooms and the direction of imports',
    yarn: [
      'depcruise',
      '--config',
      '.dependency-cruiser.cjs',
      'packages',
      'plugins',
      'lab',
    ],
  },
  { name: 'types', title: 'TypeScript', yarn: ['tsc', '--pretty', 'false'] },
  {
    name: 'packages',
    title: 'Packages as they are published',
    needs: 'types',
    yarn: ['backstage-cli', 'repo', 'build'],
  },
  {
    name: 'api',
    title: 'API reports',
    yarn: ['build:api-reports', '--ci'],
  },
  {
    name: 'servers',
    title: 'Servers and browser, built or found',
    yarn: ['lab', 'build'],
  },
  {
    name: 'unit',
    title: 'Unit tests',
    yarn: ['backstage-cli', 'repo', 'test', '--watchAll=false', '--ci'],
    count: 'jest',
  },
  {
    name: 'demo',
    needs: 'servers',
    title: 'Demo world in a browser',
    yarn: ['test:e2e'],
    count: 'playwright',
  },
  { name: 'lab', title: 'Real servers', yarn: ['lab', 'test'], count: 'plain' },
];

const COUNTERS = {
  jest: output => [
    number(output, /^Tests:.*?(\d+) passed/m),
    number(output, /^Tests:.*?(\d+) failed/m),
    number(output, /^Tests:.*?(\d+) skipped/m),
  ],
  playwright: output => [
    number(output, /^\s+(\d+) passed/m),
    number(output, /^\s+(\d+) failed/m),
    number(output, /^\s+(\d+) skipped/m),
  ],
  plain: output => {
    const last = [
      ...output.matchAll(
        /^(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm,
      ),
    ].pop();
    return last
      ? [Number(last[1]), Number(last[2]), Number(last[3] ?? 0)]
      : [0, 0, 0];
  },
};

function number(text, pattern) {
  const match = pattern.exec(text);
  return match ? Number(match[1]) : 0;
}

// eslint-disable-next-line no-control-regex
const plain = text => text.replace(/\u001b\[[0-9;]*m/g, '');

function run(node, stage) {
  return new Promise(resolve => {
    const env = {
      ...environmentFor(node),
      CI: process.env.CI ?? 'true',
      FORCE_COLOR: '0',
    };
    const child = spawn(node, yarnArguments(...stage.yarn), {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', data => {
        process.stdout.write(data);
        output += data;
      });
    }
    child.on('exit', code =>
      resolve({ code: code ?? 1, output: plain(output) }),
    );
  });
}

const { node } = await bootstrap();
const wanted = process.argv.slice(2).filter(arg => !arg.startsWith('-'));
const unknown = wanted.filter(
  name => !STAGES.some(stage => stage.name === name),
);
if (unknown.length) {
  say(
    `No stage ${unknown.join(', ')}. Stages: ${STAGES.map(
      stage => `${stage.name} (${stage.title})`,
    ).join(', ')}`,
  );
  process.exit(2);
}

const needed = new Set(
  wanted.flatMap(name => [
    name,
    STAGES.find(stage => stage.name === name).needs,
  ]),
);
const results = [];
for (const stage of STAGES.filter(
  ({ name }) => !wanted.length || needed.has(name),
)) {
  say(`── ${stage.title} (${stage.name})`);
  const started = Date.now();
  const { code, output } = await run(node, stage);
  let [passed, failed, skipped] = stage.count
    ? COUNTERS[stage.count](output)
    : [code === 0 ? 1 : 0, code === 0 ? 0 : 1, 0];
  // A stage that breaks before or after its tests has failed, and so has one that ran none.
  if (code !== 0 && failed === 0) failed = 1;
  if (code === 0 && passed === 0) failed = 1;
  results.push({
    stage,
    passed,
    failed,
    skipped,
    seconds: Math.round((Date.now() - started) / 1000),
  });
}

process.stdout.write('\n');
for (const { stage, passed, failed, skipped, seconds } of results) {
  const mark = failed ? 'FAILED' : 'ok';
  process.stdout.write(
    `${mark.padEnd(7)} ${stage.title.padEnd(
      36,
    )} passed ${passed}, failed ${failed}, skipped ${skipped} (${seconds} s)\n`,
  );
}
const total = key => results.reduce((sum, result) => sum + result[key], 0);
process.stdout.write(
  `${total('passed')} passed, ${total('failed')} failed, ${total(
    'skipped',
  )} skipped\n`,
);
process.exit(total('failed') ? 1 : 0);
