import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Closes a run with one line that machines read: `N passed, N failed`. */
export default class SummaryReporter implements Reporter {
  #last = new Map<string, TestResult['status']>();

  onTestEnd(test: TestCase, result: TestResult) {
    this.#last.set(test.id, result.status);
  }

  async onExit() {
    const states = [...this.#last.values()];
    const passed = states.filter(state => state === 'passed').length;
    const skipped = states.filter(state => state === 'skipped').length;
    const failed = states.length - passed - skipped;
    process.stdout.write(
      `${passed} passed, ${failed} failed${
        skipped ? `, ${skipped} skipped` : ''
      }\n`,
    );
  }
}
