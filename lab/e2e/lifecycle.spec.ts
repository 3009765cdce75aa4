import { expect, test } from '@playwright/test';
import fs from 'fs';
import path from 'path';
import { parts } from '../src/parts';
import { lab, labEnvironment, labStatus } from './lab';

const withProcesses = parts.filter(part => part.processNames.length > 0);

/** Ids of processes that carry this lab's marker, read independently of what the lab wrote down. */
function processesOfLab(): number[] {
  const marker = `MESH_AUTH_LAB_DATA=${labEnvironment().LAB_DATA}`;
  return fs
    .readdirSync('/proc')
    .map(Number)
    .filter(pid => {
      try {
        return fs
          .readFileSync(`/proc/${pid}/environ`, 'utf8')
          .split('\0')
          .includes(marker);
      } catch {
        return false;
      }
    });
}

function isRunning(pid: number): boolean {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return false;
  }
}

test('every part is up', async () => {
  test.setTimeout(240_000);
  await lab('up');
  for (const [name, state] of await labStatus()) {
    expect(`${name} ${state.state} ${state.message ?? ''}`.trim()).toBe(
      `${name} up`,
    );
  }
});

for (const part of withProcesses) {
  test(`a killed ${part.name} is reported, and comes back alone`, async () => {
    test.setTimeout(240_000);
    const before = await labStatus();
    const [victim] = before.get(part.name)!.processes;
    if (victim.state !== 'running') {
      throw new Error(`${part.name} does not run`);
    }
    process.kill(victim.pid, 'SIGKILL');
    await expect.poll(() => isRunning(victim.pid)).toBe(false);

    const during = (await labStatus()).get(part.name)!;
    expect(during.state).toBe('down');
    expect(during.message).toContain('ended by SIGKILL');

    await lab('up');
    const after = await labStatus();
    expect(after.get(part.name)!.state).toBe('up');
    for (const [name, state] of after) {
      const [was] = before.get(name)!.processes;
      const [is] = state.processes;
      const same = 'pid' in was && 'pid' in is && was.pid === is.pid;
      expect(`${name} undisturbed: ${same}`).toBe(
        `${name} undisturbed: ${name !== part.name}`,
      );
    }
  });
}

test('nothing listens outside of loopback', async () => {
  const own = new Set(processesOfLab().flatMap(socketsOf));
  const listening = ['tcp', 'tcp6'].flatMap(file =>
    fs
      .readFileSync(`/proc/net/${file}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/\s+/))
      .filter(
        ([, , , state, , , , , , inode]) => state === '0A' && own.has(inode),
      ),
  );
  expect(listening.length).toBeGreaterThan(10);
  // An IPv4 address stands in the byte order of the machine: 127.x.y.z ends in 7F.
  const outside = listening
    .map(([, address]) => address.split(':')[0])
    .filter(
      address =>
        !(address.length === 8 && address.endsWith('7F')) &&
        // ::ffff:127.x.y.z and ::1
        !/^0{16}FFFF0000.{6}7F$/.test(address) &&
        address !== '00000000000000000000000001000000',
    );
  expect(outside).toEqual([]);
});

function socketsOf(pid: number): string[] {
  try {
    return fs.readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
      try {
        const target = fs.readlinkSync(path.join(`/proc/${pid}/fd`, fd));
        return target.startsWith('socket:[') ? [target.slice(8, -1)] : [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

test('down leaves no process, and up brings all back', async () => {
  test.setTimeout(240_000);
  expect(processesOfLab().length).toBeGreaterThan(withProcesses.length);
  const postgresql = (await labStatus()).get('postgresql')!.processes[0];
  await lab('down');
  expect(processesOfLab()).toEqual([]);
  expect('pid' in postgresql && isRunning(postgresql.pid)).toBe(false);
  for (const state of (await labStatus()).values()) {
    expect(state.state).toBe('stopped');
  }
  const start = Date.now();
  await lab('up');
  const seconds = (Date.now() - start) / 1000;
  test.info().annotations.push({
    type: 'warm up',
    description: `${seconds.toFixed(0)} s`,
  });
  process.stdout.write(`warm up: ${seconds.toFixed(1)} s\n`);
  for (const [name, { state }] of await labStatus()) {
    expect(`${name} ${state}`).toBe(`${name} up`);
  }
});
