import { describeExit } from './startProcess';

describe('describeExit', () => {
  it.each([
    ['0', 'exit code 0'],
    ['1', 'exit code 1'],
    ['137', 'ended by SIGKILL'],
    ['143', 'ended by SIGTERM'],
    ['163', 'exit code 163'],
    ['159', 'ended by signal 31'],
    ['255', 'exit code 255'],
    ['', 'ended unseen'],
    [undefined, 'ended unseen'],
  ])('says %s as %s', (code, words) => {
    expect(describeExit(code)).toBe(words);
  });
});
