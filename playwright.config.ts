import { defineConfig } from '@playwright/test';
import fs from 'node:fs';
import path from 'node:path';

/** The dev app of the plugin: a page for each state, from fixtures, with no backend. */
const STATES = 'http://localhost:3105';
/** The demo world as `npm start` runs it. */
const DEMO = process.env.PLAYWRIGHT_URL ?? 'http://localhost:3000';
const DEMO_BACKEND =
  process.env.PLAYWRIGHT_BACKEND_URL ?? 'http://localhost:7007';

// A folder of its own, so that a test run leaves nothing in the demo world of a developer.
const demoDirectory = path.resolve(
  __dirname,
  'node_modules/.cache/mesh-auth/e2e-demo',
);

/** Debian's Chromium where it is installed, else the one that Playwright brings. */
const chromium = [process.env.CHROMIUM, '/usr/bin/chromium'].find(
  file => file && fs.existsSync(file),
);

const reuseExistingServer = !process.env.CI;

/** Both, or the one that `E2E` names: a project with the server that it needs. */
const parts = [
  {
    project: {
      name: 'states',
      testDir: 'plugins/mesh-auth/e2e-tests',
      use: { baseURL: STATES },
    },
    server: {
      command: 'yarn backstage-cli package start --config dev/app-config.yaml',
      cwd: 'plugins/mesh-auth',
      url: STATES,
      reuseExistingServer,
      timeout: 180_000,
    },
  },
  {
    project: {
      name: 'demo',
      testDir: 'packages/app/e2e-tests',
      use: { baseURL: DEMO },
    },
    server: {
      command: 'node scripts/start.mjs',
      url: `${DEMO_BACKEND}/.backstage/health/v1/readiness`,
      env: { MESH_AUTH_DEMO_DIR: demoDirectory },
      reuseExistingServer,
      timeout: 480_000,
      // It ends the servers that it has started when it is asked to.
      gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 15_000 },
    },
  },
].filter(({ project }) => [undefined, project.name].includes(process.env.E2E));

export default defineConfig({
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 1 : 0,
  workers: 1,
  reporter: [
    ['list'],
    ['html', { open: 'never', outputFolder: 'e2e-test-report' }],
  ],
  outputDir: 'node_modules/.cache/e2e-test-results',
  use: {
    actionTimeout: 30_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    locale: 'en-GB',
    timezoneId: 'UTC',
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: parts.map(({ project }) => project),
  webServer: parts.map(({ server }) => server),
});
