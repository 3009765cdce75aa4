import fs from 'fs-extra';
import os from 'os';
import path from 'path';
import { withLock } from './withLock';

describe('withLock', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'lab-lock-'));
  });

  afterEach(() => fs.remove(folder));

  it('lets one work at a time, and the next when that has ended or failed', async () => {
    const file = path.join(folder, 'lock');
    await withLock(file, async () => {
      await expect(withLock(file, async () => {})).rejects.toThrow(
        `process ${process.pid}`,
      );
    });
    await expect(
      withLock(file, async () => {
        throw new Error('failed');
      }),
    ).rejects.toThrow('failed');
    expect(await withLock(file, async () => 'done')).toBe('done');
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it('takes over from a holder that has died', async () => {
    const file = path.join(folder, 'lock');
    await fs.writeJson(file, { pid: process.pid, startTicks: 1 });
    expect(await withLock(file, async () => 'done')).toBe('done');
  });
});
