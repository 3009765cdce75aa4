import * as fc from 'fast-check';
import { AccessDeclaration } from '../declare';
import { declarations } from '../declare/__testUtils__/arbitraries';
import { ownWall, webApplication } from '../declare/__testUtils__/examples';
import { meshOf } from '../declare/__testUtils__/platform';
import { accessDiff } from './accessDiff';

function diff(before: AccessDeclaration, after: AccessDeclaration) {
  return accessDiff(meshOf(before), meshOf(after)).map(
    ({ kind, method, path, gained, lost, becomesPublic }) => ({
      kind,
      at: `${method} ${path.value}`,
      gained,
      lost,
      becomesPublic,
    }),
  );
}

const role = (...names: string[]) => ({
  kind: 'roles' as const,
  roles: names.map(name => ({ kind: 'client' as const, name })),
});

const base: AccessDeclaration = {
  ...webApplication,
  rules: [
    { methods: ['GET'], paths: ['/items/*'], access: role('reader') },
    { methods: ['POST'], paths: ['/items'], access: role('editor') },
  ],
  callers: [],
};

describe('accessDiff', () => {
  it('finds nothing between a mesh and itself, nor in another order of rules', () => {
    fc.assert(
      fc.property(declarations, declaration => {
        expect(
          diff(declaration, {
            ...declaration,
            rules: [...declaration.rules].reverse(),
            callers: [...declaration.callers].reverse(),
          }),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('says who gains', () => {
    const found = diff(base, {
      ...base,
      rules: [
        {
          methods: ['GET'],
          paths: ['/items/*'],
          access: role('reader', 'auditor'),
        },
        base.rules[1],
      ],
    });
    expect(found.map(({ kind, at }) => [kind, at])).toEqual([
      ['widened', 'GET /items'],
      ['widened', 'GET /items/'],
    ]);
    expect(found[0].gained.join()).toContain('auditor');
    expect(found[0].lost).toEqual([]);
  });

  it('says what is opened, closed and changed', () => {
    const found = diff(base, {
      ...base,
      rules: [
        { methods: ['GET'], paths: ['/items/*'], access: role('auditor') },
        { methods: ['GET'], paths: ['/reports'], access: { kind: 'loggedIn' } },
      ],
    });
    const kinds = Object.fromEntries(found.map(({ kind, at }) => [at, kind]));
    expect(kinds).toEqual({
      'GET /items': 'changed',
      'GET /items/': 'changed',
      'POST /items': 'closed',
      'GET /reports': 'opened',
    });
  });

  it('marks what can be called without login from then on', () => {
    const found = diff(ownWall, {
      ...ownWall,
      rules: [
        {
          methods: ['GET'],
          paths: ['/about/*', '/news'],
          access: { kind: 'public' },
        },
        ownWall.rules[1],
      ],
    });
    expect(
      found.filter(item => item.becomesPublic).map(({ at }) => at),
    ).toEqual(['GET /news']);
  });

  it('sees that tokens for others are taken from then on', () => {
    const found = diff(base, {
      ...base,
      identity: { ...base.identity },
      exposure: {
        ...base.exposure!,
        loginWall: { ...base.exposure!.loginWall!, audience: 'other' },
      },
    });
    expect(found.map(({ kind, at }) => [kind, at])).toContainEqual([
      'changed',
      'POST /items',
    ]);
    expect(found[0].gained[0]).toContain('with a token for other or returns');
  });

  it('sees a service come and go', () => {
    const { exposure: _, ...inside } = base;
    const closed = diff(base, { ...inside, rules: [] });
    expect(new Set(closed.map(({ kind }) => kind))).toEqual(
      new Set(['closed']),
    );
    expect(closed.map(({ at }) => at)).toEqual(
      expect.arrayContaining(['GET /items', 'POST /items']),
    );
  });
});
