import fs from 'fs-extra';
import path from 'path';
import { identify, isAlive, ProcessIdentity } from './processIdentity';

/**
 * Does work that only one process may do at a time. A lock whose holder has died is taken over.
 *
 * @throws when another process holds the lock
 * @internal
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
): Promise<T> {
  await fs.ensureDir(path.dirname(file));
  const own = await identify(process.pid);
  // Written beside and linked, so that nobody ever reads half a lock.
  const draft = `${file}.${process.pid}`;
  await fs.writeJson(draft, own);
  try {
    await acquire(file, draft);
  } finally {
    await fs.remove(draft);
  }
  try {
    return await work();
  } finally {
    await fs.remove(file);
  }
}

async function acquire(file: string, draft: string) {
  for (;;) {
    try {
      await fs.link(draft, file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
    }
    const holder: ProcessIdentity | undefined = await fs
      .readJson(file)
      .catch(() => undefined);
    if (holder && (await isAlive(holder))) {
      throw new Error(
        `Another command is changing the lab (process ${holder.pid}); wait until it has ended`,
      );
    }
    await fs.remove(file);
  }
}
