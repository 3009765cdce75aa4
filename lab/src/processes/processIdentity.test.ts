import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { identify, isAlive, parseProcessStat, signal } from './processIdentity';

describe('process identity', () => {
  let child: ChildProcess | undefined;

  afterEach(() => {
    child?.kill('SIGKILL');
  });

  it('reads a stat line whose program name holds spaces and parentheses', () => {
    const fields = Array.from({ length: 40 }, (_, index) => String(index + 3));
    const stat = parseProcessStat(
      `42 (a) b (c)) S ${fields.slice(1).join(' ')}`,
    );
    expect(stat).toEqual({ state: 'S', group: 5, session: 6, startTicks: 22 });
  });

  it('knows a process until it ends', async () => {
    child = spawn('sleep', ['30']);
    const identity = (await identify(child.pid!))!;
    expect(identity.pid).toBe(child.pid);
    expect(await isAlive(identity)).toBe(true);
    await signal(identity, 'SIGKILL');
    await once(child, 'exit');
    expect(await isAlive(identity)).toBe(false);
    expect(await identify(identity.pid)).toBeUndefined();
  });

  it('leaves a stranger alone who got the same id', async () => {
    child = spawn('sleep', ['30']);
    const identity = (await identify(child.pid!))!;
    const earlier = { ...identity, startTicks: identity.startTicks - 1 };
    expect(await isAlive(earlier)).toBe(false);
    await signal(earlier, 'SIGKILL');
    expect(await isAlive(identity)).toBe(true);
  });
});
