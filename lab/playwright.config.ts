import { defineConfig } from '@playwright/test';

/** Tests against the real servers, started where they do not run: `yarn lab test`. */
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/globalSetup.ts',
  // The tests stop and start parts of one lab.
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  reporter: [['list'], ['./e2e/summaryReporter.ts']],
  outputDir: '../.lab/test-results',
  use: {
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--host-resolver-rules=MAP *.example.com 127.0.0.1',
      ],
    },
  },
});
