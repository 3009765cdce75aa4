import { withinDeadline } from './withinDeadline';

const otherwise = () => 'snapshot';

describe('withinDeadline', () => {
  it('gives the details when they come in time', async () => {
    await expect(
      withinDeadline({ ask: async () => 'details', otherwise }),
    ).resolves.toBe('details');
  });

  it.each([
    ['late', () => new Promise<string>(() => {})],
    ['an error', () => Promise.reject(new Error('down'))],
    ['nobody to ask', undefined],
  ])('answers from the snapshot on %s', async (_, ask) => {
    await expect(
      withinDeadline({ ask, otherwise, deadlineMilliseconds: 20 }),
    ).resolves.toBe('snapshot');
  });
});
