import { AccessRow, Source } from '@mesh-auth/plugin-mesh-auth-common';
import { verdicts } from '../../../dev/fixtures/payments';
import { rolesByContainment } from './clientWords';
import { summarizeSources } from './freshness';
import {
  audienceKind,
  audienceText,
  methodsText,
  momentText,
  pathText,
  realmOfIssuer,
  shortPrincipals,
} from './words';

const t = ((key: string) => key) as never;
const echo = ((key: string, params?: { methods: string }) =>
  [key, params?.methods].filter(Boolean).join(' ')) as never;

const row: AccessRow = {
  methods: [],
  path: { type: 'any', value: '' },
  callers: verdicts(
    ['deny', 302],
    ['deny', 403],
    ['deny', 403],
    ['deny', 403],
    ['deny', undefined],
  ),
  roles: [],
  principals: [],
  audience: 'nobody',
  unknown: [],
};

function source(changes: Partial<Source>): Source {
  return {
    id: 'a',
    kind: 'folder',
    title: 'A',
    state: 'live',
    warnings: [],
    ...changes,
  };
}

describe('audienceKind', () => {
  it('never calls an unknown door open or closed', () => {
    expect(audienceKind({ ...row, unknown: ['opa'] })).toBe('unknown');
    expect(audienceKind({ ...row, callers: [] })).toBe('unknown');
    expect(
      audienceKind({
        ...row,
        callers: verdicts(['unknown', undefined], ['deny', 403]),
      }),
    ).toBe('unknown');
  });

  it('tells who is let in', () => {
    expect(audienceKind(row)).toBe('closed');
    expect(audienceKind({ ...row, callers: verdicts(['allow', 200]) })).toBe(
      'open',
    );
    expect(
      audienceKind({ ...row, roles: [{ kind: 'realm', name: 'customer' }] }),
    ).toBe('roles');
    expect(
      audienceKind({
        ...row,
        callers: verdicts(['deny', 302], ['allow', 200]),
        roles: [{ kind: 'realm', name: 'customer' }],
      }),
    ).toBe('login');
    expect(
      audienceKind({ ...row, principals: ['cluster.local/ns/shop/sa/a'] }),
    ).toBe('mesh');
  });
});

describe('summarizeSources', () => {
  it('lets the worst source decide and the oldest reading give the age', () => {
    expect(summarizeSources([])).toEqual({ state: 'noSource' });
    expect(
      summarizeSources([
        source({ ageSeconds: 2 }),
        source({ ageSeconds: 9, observedAt: '2026-11-24T14:00:00Z' }),
      ]),
    ).toEqual({
      state: 'live',
      ageSeconds: 9,
      observedAt: '2026-11-24T14:00:00Z',
    });
    const stateOf = (...states: Source['state'][]) =>
      summarizeSources(states.map(state => source({ state }))).state;
    expect(stateOf('live', 'loading')).toBe('loading');
    expect(stateOf('live', 'loading', 'stale')).toBe('stale');
    expect(stateOf('stale', 'unavailable')).toBe('partial');
    expect(stateOf('unavailable', 'unavailable')).toBe('unavailable');
  });
});

describe('words', () => {
  it('writes methods that nobody names by those that are left out', () => {
    const rest = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'];
    expect(methodsText(echo, rest)).toBe('row.allMethodsBut POST');
    expect(methodsText(echo, [...rest, 'POST'])).toBe('row.anyMethod');
    expect(methodsText(echo, [])).toBe('row.anyMethod');
    expect(methodsText(echo, ['GET', 'HEAD'])).toBe('GET, HEAD');
  });

  it('translates the standing phrases of an audience only', () => {
    expect(audienceText(t, 'anyone in the mesh, auditor')).toBe(
      'audience.anyoneMesh, auditor',
    );
    expect(audienceText(t, '')).toBe('audience.unknown');
  });

  it('shortens mesh identities inside a sentence', () => {
    expect(
      shortPrincipals('from cluster.local/ns/shop/sa/frontend and role admin'),
    ).toBe('from shop/frontend and role admin');
    expect(shortPrincipals('cluster.local/ns/*/sa/*')).toBe('*/*');
    expect(shortPrincipals('cluster.local/ns/*')).toBe('cluster.local/ns/*');
  });

  it('writes a path as in an address', () => {
    const write = (type: AccessRow['path']['type'], value: string) =>
      pathText(t, { type, value });
    expect(write('exact', '/a')).toBe('/a');
    expect(write('prefix', '/a')).toBe('/a*');
    expect(write('segmentPrefix', '/a')).toBe('/a/*');
    expect(write('segmentPrefix', '/')).toBe('/*');
    expect(write('suffix', '.js')).toBe('*.js');
    expect(write('regex', '^/a$')).toBe('~ ^/a$');
    expect(write('template', '/a/{*}')).toBe('/a/{*}');
    expect(write('any', '')).toBe('row.anyPath');
  });

  it('reads the realm out of a Keycloak issuer only', () => {
    expect(realmOfIssuer('https://sso.example.com/auth/realms/shop')).toBe(
      'shop',
    );
    expect(realmOfIssuer('https://sso.example.com/realms/a%20b/')).toBe('a b');
    expect(realmOfIssuer('https://accounts.example.com')).toBeUndefined();
  });

  it('adds the day to a moment that is not today', () => {
    expect(momentText('2001-02-03T04:05:00Z')).toMatch(/2001/);
    expect(momentText(new Date().toISOString())).not.toMatch(/20\d\d/);
  });

  it('writes a contained role before the one that contains it', () => {
    const role = (name: string, ...composites: string[]) => ({
      name,
      composites,
      holders: { users: 0, serviceAccounts: 0, groups: 0, state: 'known' },
      opens: [],
    });
    expect(
      rolesByContainment([
        role('admin', 'reader', 'uma_authorization'),
        role('auditor'),
        role('reader'),
      ] as never),
    ).toBe('reader ⊂ admin, auditor');
  });
});
