import { parseLabelSelector } from './labelSelector';

describe('parseLabelSelector', () => {
  it.each([
    ['app=a', { app: 'a' }, true],
    ['app==a', { app: 'b' }, false],
    ['app = a , tier = web', { app: 'a', tier: 'web' }, true],
    ['app=a,tier=web', { app: 'a' }, false],
    ['app!=a', {}, true],
    ['app!=a', { app: 'a' }, false],
    ['app in (a, b),tier', { app: 'b', tier: '' }, true],
    ['app in (a,b)', {}, false],
    ['app notin (a,b)', {}, true],
    ['app notin (a,b)', { app: 'b' }, false],
    ['app.kubernetes.io/name', { 'app.kubernetes.io/name': 'x' }, true],
    ['!canary', { canary: 'true' }, false],
    ['!canary', {}, true],
    ['app=', { app: '' }, true],
  ])('%s on %j is %s', (selector, labels, expected) => {
    expect(parseLabelSelector(selector)(labels as any)).toBe(expected);
  });

  it.each(['', 'app=a,', 'app in a', '=a', 'app in (a', 'a b', 'app=a b'])(
    'refuses %j',
    selector => {
      expect(() => parseLabelSelector(selector)).toThrow(
        /is not a label requirement/,
      );
    },
  );
});
