import fs from 'fs-extra';
import os from 'os';
import path from 'path';
import { Artifact } from './Artifact';
import { ensureArtifact } from './ensureArtifact';

describe('ensureArtifact', () => {
  const before = process.env.MESH_AUTH_CACHE;
  let cache: string;

  beforeEach(async () => {
    cache = await fs.mkdtemp(path.join(os.tmpdir(), 'lab-cache-'));
    process.env.MESH_AUTH_CACHE = cache;
  });

  afterEach(async () => {
    if (before === undefined) {
      delete process.env.MESH_AUTH_CACHE;
    } else {
      process.env.MESH_AUTH_CACHE = before;
    }
    await fs.remove(cache);
  });

  function artifact(build: Artifact['build']): Artifact {
    return { name: 'thing', version: '1.0.0', cost: 1, binaries: {}, build };
  }

  it('builds once, in a folder that is named after the version when complete', async () => {
    const build = jest.fn(async ({ target }: { target: string }) => {
      expect(path.basename(target)).toMatch(/^1\.0\.0\.building-\d+-/);
      await fs.writeFile(path.join(target, 'file'), 'content');
    });
    const folder = await ensureArtifact({ artifact: artifact(build) });
    expect(folder).toBe(path.join(cache, 'lab/thing/1.0.0'));
    expect(await fs.readFile(path.join(folder, 'file'), 'utf8')).toBe(
      'content',
    );
    await ensureArtifact({ artifact: artifact(build) });
    expect(build).toHaveBeenCalledTimes(1);
  });

  it('leaves nothing of a failed build, and builds again at the next call', async () => {
    const failing = artifact(async ({ target }) => {
      await fs.writeFile(path.join(target, 'half'), '');
      throw new Error('interrupted');
    });
    await expect(ensureArtifact({ artifact: failing })).rejects.toThrow(
      'interrupted',
    );
    expect(await fs.readdir(path.join(cache, 'lab/thing'))).toEqual([]);
    const folder = await ensureArtifact({ artifact: artifact(async () => {}) });
    expect(await fs.readdir(folder)).toEqual([]);
  });

  it('removes what a killed build has left, and nothing of one that runs', async () => {
    // No process has an id beyond the kernel's limit.
    const dead = path.join(cache, 'lab/thing/1.0.0.building-99999999-abc');
    const alive = path.join(
      cache,
      `lab/thing/1.0.0.building-${process.pid}-abc`,
    );
    await Promise.all([fs.ensureDir(dead), fs.ensureDir(alive)]);
    await ensureArtifact({ artifact: artifact(async () => {}) });
    expect(await fs.pathExists(dead)).toBe(false);
    expect(await fs.pathExists(alive)).toBe(true);
  });

  it('lets two builds at once end with one result', async () => {
    const slow = artifact(async ({ target }) => {
      await fs.writeFile(path.join(target, 'file'), 'content');
      await new Promise(resolve => setTimeout(resolve, 50));
    });
    const folders = await Promise.all([
      ensureArtifact({ artifact: slow }),
      ensureArtifact({ artifact: slow }),
    ]);
    expect(new Set(folders).size).toBe(1);
    expect(await fs.readdir(path.join(cache, 'lab/thing'))).toEqual(['1.0.0']);
  });
});
