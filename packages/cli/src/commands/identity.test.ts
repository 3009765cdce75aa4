import fs from 'fs';
import os from 'os';
import path from 'path';
import { createProgram } from '../main';

const realm = {
  realm: 'demo',
  roles: {
    realm: [
      { name: 'ledger-admin', composites: { client: { orders: ['write'] } } },
    ],
    client: { orders: [{ name: 'write' }] },
  },
  clients: [
    { clientId: 'app', publicClient: true },
    {
      clientId: 'orders',
      serviceAccountsEnabled: true,
      secret: 'not-to-be-seen',
    },
  ],
  groups: [
    {
      name: 'finance',
      subGroups: [{ name: 'leads', realmRoles: ['ledger-admin'] }],
    },
  ],
  users: [
    { id: 'b0b', username: 'bob', enabled: true, groups: ['/finance/leads'] },
    { username: 'eve', enabled: true },
  ],
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mesh-auth-cli-'));
const file = path.join(folder, 'realm.json');

/** Runs a command and gives its lines. */
async function run(...args: string[]): Promise<any[]> {
  let output = '';
  const write = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((text: any) => {
      output += text;
      return true;
    });
  const exitCode = process.exitCode;
  try {
    await createProgram()
      .exitOverride()
      .parseAsync(['node', 'mesh-auth', ...args]);
  } finally {
    write.mockRestore();
    process.exitCode = exitCode;
  }
  return output
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
}

function requests(lines: object[]): string {
  const place = path.join(folder, 'requests.ndjson');
  fs.writeFileSync(place, lines.map(line => JSON.stringify(line)).join('\n'));
  return place;
}

describe('mesh-auth token and holders', () => {
  beforeAll(() => fs.writeFileSync(file, JSON.stringify(realm)));
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it('prints the claims of a token', async () => {
    const [answer] = await run(
      ...['token', '--realm', file, '--client', 'app', '--as', 'user:bob'],
      ...['--scope', 'openid'],
    );
    expect(answer).toMatchObject({
      claims: {
        sub: 'b0b',
        azp: 'app',
        aud: 'orders',
        scope: 'openid email profile',
        realm_access: { roles: ['ledger-admin'] },
        resource_access: { orders: { roles: ['write'] } },
      },
      unknown: [],
    });
    expect(JSON.stringify(answer)).not.toContain('not-to-be-seen');
  });

  it('answers many questions, a line each, in order, also those that it cannot answer', async () => {
    const answers = await run(
      ...['token', '--realm', file, '--requests'],
      requests([
        { id: 1, client: 'app', as: 'user:bob', kind: 'id' },
        { id: 2, client: 'orders', as: 'service-account' },
        { id: 3, client: 'app', as: 'user:nobody' },
        { id: 4, client: 'app', as: 'bob' },
      ]),
    );
    expect(answers).toMatchObject([
      { id: 1, claims: { typ: 'ID', aud: 'app' } },
      { id: 2, claims: { client_id: 'orders' }, unknown: ['sub'] },
      { id: 3, claims: {}, refused: 'there is no user nobody' },
      { id: 4, claims: {}, error: expect.stringContaining('user:NAME') },
    ]);
  });

  it('lists holders with their paths', async () => {
    expect(
      await run('holders', '--realm', file, '--role', 'client:orders/write'),
    ).toEqual([
      {
        type: 'group',
        name: '/finance/leads',
        paths: [['realm:ledger-admin', 'client:orders/write']],
      },
      {
        type: 'user',
        name: 'bob',
        paths: [
          ['group:/finance/leads', 'realm:ledger-admin', 'client:orders/write'],
        ],
      },
    ]);
    expect(
      await run(
        ...['holders', '--realm', file, '--requests'],
        requests([
          { id: 'a', role: 'realm:ledger-admin' },
          { id: 'b', role: 'realm:nothing' },
        ]),
      ),
    ).toMatchObject([
      { id: 'a', holders: [{ name: '/finance/leads' }, { name: 'bob' }] },
      { id: 'b', holders: [], error: 'the realm has no role realm:nothing' },
    ]);
  });

  it.each([
    [
      ['token', '--realm', 'gone.json', '--client', 'a', '--as', 'user:b'],
      /cannot read gone\.json/,
    ],
    [
      ['token', '--realm', file, '--client', 'a', '--as', 'b'],
      /user:NAME or service-account/,
    ],
    [['holders', '--realm', file], /name a role/],
    [
      ['holders', '--realm', file, '--role', 'write'],
      /realm:NAME or client:CLIENTID\/NAME/,
    ],
    [
      [
        'holders',
        '--realm',
        'https://sso.example.com/auth',
        '--role',
        'realm:a',
      ],
      /names no realm/,
    ],
  ])('explains wrong usage: %j', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
  });

  it('takes credentials for a URL from the environment only', async () => {
    delete process.env.KEYCLOAK_CLIENT_ID;
    await expect(
      run(
        'holders',
        '--realm',
        'https://sso.example.com/realms/demo',
        '--role',
        'realm:a',
      ),
    ).rejects.toThrow('needs KEYCLOAK_CLIENT_ID in the environment');
    process.env.KEYCLOAK_CLIENT_ID = 'reader';
    process.env.KEYCLOAK_CLIENT_SECRET = 'not-to-be-seen';
    await expect(
      run(
        'holders',
        '--realm',
        'http://sso.example.com/realms/demo',
        '--role',
        'realm:a',
      ),
    ).rejects.toThrow('must be https');
  });
});
