import * as fc from 'fast-check';
import { describeAccessChange } from './describeAccessChange';
import { declarations } from './__testUtils__/arbitraries';
import { webApplication } from './__testUtils__/examples';

describe('describeAccessChange', () => {
  it('says nothing where nothing changes for a caller', () => {
    fc.assert(
      fc.property(declarations, declaration => {
        const other = {
          ...declaration,
          service: { ...declaration.service, image: 'other:2' },
          rules: [...declaration.rules].reverse(),
        };
        expect(describeAccessChange(declaration, other)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('says who may call what from now on', () => {
    const after = {
      ...webApplication,
      exposure: { ...webApplication.exposure!, loginWall: undefined },
      rules: [
        {
          methods: ['GET'],
          paths: ['/', '/about'],
          access: { kind: 'public' as const },
        },
        {
          methods: ['GET'],
          paths: ['/items/*'],
          access: {
            kind: 'roles' as const,
            roles: [{ kind: 'client' as const, name: 'auditor' }],
          },
        },
      ],
      callers: webApplication.callers.slice(0, 1),
    };
    expect(describeAccessChange(webApplication, after)).toEqual([
      {
        kind: 'address',
        text: 'Reached at returns.example.com, without login page; before: returns.example.com, with login page',
        becomesPublic: false,
      },
      {
        kind: 'changed',
        text: 'GET /: public; before: anyone logged in',
        becomesPublic: true,
      },
      {
        kind: 'opened',
        text: 'GET /about: opened to public',
        becomesPublic: true,
      },
      {
        kind: 'changed',
        text: 'GET /items/*: role auditor; workload shop/orders; before: role reader; workload shop/orders',
        becomesPublic: false,
      },
      ...[
        'POST /items',
        'DELETE /items',
        'POST /items/{*}',
        'DELETE /items/{*}',
      ].map(cell => ({
        kind: 'closed',
        text: expect.stringContaining(`${cell}: closed; before: `),
        becomesPublic: false,
      })),
    ]);
  });
});
