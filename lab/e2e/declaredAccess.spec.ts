import { APIRequestContext, expect, request, test } from '@playwright/test';
import {
  AccessDeclaration,
  isDeclared,
  KeycloakClientDeclaration,
  renderDeclaration,
  renderEdpKeycloakClient,
  renderKustomization,
  RoleReference,
  toManifestYaml,
} from '@mesh-auth/access-model';
import { execFileSync } from 'child_process';
import fs from 'fs';
import path from 'path';
import { keycloakAdministrator } from '../src/parts/keycloakAdministrator';
import { repositoriesFolder } from '../src/paths';
import { readSettings } from '../src/settings';
import { labEnvironment } from './lab';
import { addressOf, statusFromPage } from './seedFlow';

const PASSWORD = 'only-for-this-test';
const TESTER = 'declared-access-tester';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];
const PATHS = [
  '/',
  '/about',
  '/items',
  '/items/',
  '/items/1',
  '/items/1/2',
  '/itemsX',
  '/ITEMS',
  '//items',
  '/nothing',
];

const reader: RoleReference = { kind: 'client', name: 'reader' };
const editor: RoleReference = { kind: 'client', name: 'editor' };
const customer: RoleReference = { kind: 'realm', name: 'customer' };

/** People of this test, by the roles that they are given; an editor is a reader by the composite. */
const PEOPLE: {
  name: string;
  roles: RoleReference[];
  held: RoleReference[];
}[] = [
  { name: 'declared-nobody', roles: [], held: [] },
  { name: 'declared-reader', roles: [reader], held: [reader] },
  { name: 'declared-editor', roles: [editor], held: [reader, editor] },
  { name: 'declared-customer', roles: [customer], held: [customer] },
];

const identity = {
  issuer: 'https://sso.example.com/auth/realms/shop',
  jwksUri:
    'http://keycloak.keycloak.svc.cluster.local:8080/auth/realms/shop/protocol/openid-connect/certs',
};
const gateway = {
  namespace: 'istio-system',
  name: 'public',
  serviceAccount: { namespace: 'istio-system', name: 'istio-ingressgateway' },
};

function declaration(
  name: string,
  host: string,
  loginWall: boolean,
): AccessDeclaration {
  return {
    service: {
      name,
      namespace: name,
      ownsNamespace: true,
      image: `registry.example.com/services/${name}:1`,
      containerPort: 8080,
    },
    exposure: {
      kind: 'virtualService',
      host,
      pathPrefix: '/',
      gateway,
      ...(loginWall && {
        loginWall: {
          tokenHeader: 'x-auth-request-access-token',
          audience: 'oauth2-proxy',
          signIn: {
            namespace: 'oauth2-proxy',
            service: 'oauth2-proxy',
            port: 4180,
          },
        },
      }),
    },
    identity: { ...identity, clientId: name },
    rules: [
      { methods: ['GET'], paths: ['/'], access: { kind: 'loggedIn' } },
      {
        methods: ['GET', 'HEAD'],
        paths: ['/items/*'],
        access: { kind: 'roles', roles: [reader] },
      },
      {
        methods: ['POST'],
        paths: ['/items'],
        access: { kind: 'roles', roles: [editor, customer] },
      },
      {
        methods: ['DELETE'],
        paths: ['/items/{*}'],
        access: { kind: 'roles', roles: [editor] },
      },
    ],
    callers: [],
  };
}

const web = declaration('declared-web', 'declared-web.example.com', true);
const programs = declaration(
  'declared-api',
  'declared-api.api.example.com',
  false,
);
programs.rules.push({
  methods: ['GET'],
  paths: ['/about'],
  access: { kind: 'public' },
});

function keycloakClient(name: string): KeycloakClientDeclaration {
  return {
    name,
    namespace: name,
    clientId: name,
    realm: {
      realm: 'shop',
      reference: { kind: 'ClusterKeycloakRealm', name: 'shop' },
    },
    roles: [
      { name: 'reader', composites: [] },
      { name: 'editor', composites: ['reader'] },
    ],
    secret: { kind: 'generated' },
  };
}

function repositoryOf(name: string): string {
  return path.join(repositoriesFolder(), name);
}

/** What the scaffolder would have written and published. */
function publish(declared: AccessDeclaration) {
  const { name } = declared.service;
  const folder = path.join(repositoryOf(name), 'deploy');
  const files = [
    ...renderDeclaration(declared),
    {
      path: 'keycloak-client.yaml',
      manifest: renderEdpKeycloakClient(keycloakClient(name)),
    },
  ];
  fs.mkdirSync(folder, { recursive: true });
  for (const file of files) {
    fs.writeFileSync(
      path.join(folder, file.path),
      toManifestYaml(file.manifest),
    );
  }
  fs.writeFileSync(
    path.join(folder, 'kustomization.yaml'),
    toManifestYaml(renderKustomization(files.map(file => file.path))),
  );
  const author = ['-c', 'user.name=Lab', '-c', 'user.email=lab@example.com'];
  for (const command of [
    ['init', '--quiet'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'Declare access'],
  ]) {
    execFileSync('git', [...author, '-C', repositoryOf(name), ...command]);
  }
}

async function administrator() {
  return keycloakAdministrator((await readSettings())!);
}

/** The people with their roles, and a client through which they get tokens for the API without a browser. */
async function createPeople(services: string[]) {
  const admin = await administrator();
  const realm = 'shop';
  await admin.clients.create({
    realm,
    clientId: TESTER,
    publicClient: true,
    directAccessGrantsEnabled: true,
    standardFlowEnabled: false,
    protocolMappers: services.map(service => ({
      name: service,
      protocol: 'openid-connect',
      protocolMapper: 'oidc-audience-mapper',
      config: {
        'included.client.audience': service,
        'access.token.claim': 'true',
      },
    })),
  });
  for (const person of PEOPLE) {
    const { id } = await admin.users.create({
      realm,
      username: person.name,
      email: `${person.name}@example.com`,
      emailVerified: true,
      firstName: 'Test',
      lastName: person.name,
      enabled: true,
      credentials: [{ type: 'password', value: PASSWORD, temporary: false }],
    });
    for (const role of person.roles) {
      if (role.kind === 'realm') {
        const found = await admin.roles.findOneByName({
          realm,
          name: role.name,
        });
        await admin.users.addRealmRoleMappings({
          realm,
          id,
          roles: [{ id: found!.id!, name: role.name }],
        });
        continue;
      }
      for (const clientId of services) {
        const [owner] = await admin.clients.find({ realm, clientId });
        const found = await admin.clients.findRole({
          realm,
          id: owner.id!,
          roleName: role.name,
        });
        await admin.users.addClientRoleMappings({
          realm,
          id,
          clientUniqueId: owner.id!,
          roles: [{ id: found!.id!, name: role.name }],
        });
      }
    }
  }
}

async function removePeople() {
  const admin = await administrator();
  const realm = 'shop';
  for (const { name } of PEOPLE) {
    const [user] = await admin.users.find({
      realm,
      username: name,
      exact: true,
    });
    if (user) {
      await admin.users.del({ realm, id: user.id! });
    }
  }
  const [tester] = await admin.clients.find({ realm, clientId: TESTER });
  if (tester) {
    await admin.clients.del({ realm, id: tester.id! });
  }
}

async function tokenOf(
  http: APIRequestContext,
  username: string,
): Promise<string> {
  const { LAB_GATEWAY_URL, LAB_GATEWAY_PORT } = labEnvironment();
  const answer = await http.post(
    `${LAB_GATEWAY_URL}/auth/realms/shop/protocol/openid-connect/token`,
    {
      headers: { host: `sso.example.com:${LAB_GATEWAY_PORT}` },
      form: {
        grant_type: 'password',
        client_id: TESTER,
        scope: 'openid',
        username,
        password: PASSWORD,
      },
    },
  );
  expect(answer.status()).toBe(200);
  return (await answer.json()).access_token;
}

async function rolesInKeycloak(clientId: string): Promise<string[]> {
  const admin = await administrator();
  const [found] = await admin.clients.find({ realm: 'shop', clientId });
  const roles = found
    ? await admin.clients.listRoles({ realm: 'shop', id: found.id! })
    : [];
  return roles.map(role => role.name!).sort();
}

/** Every cell of the table with what was declared, `allow` or `deny`. */
function declaredCells(
  declared: AccessDeclaration,
  who: string,
  held: RoleReference[] | undefined,
) {
  return METHODS.flatMap(method =>
    PATHS.map(requestPath => ({
      who,
      method,
      path: requestPath,
      verdict: isDeclared(declared, {
        method,
        // The mesh of the lab merges slashes before it decides.
        path: requestPath.replace(/\/+/g, '/'),
        caller: { peer: 'gateway', ...(held && { token: { roles: held } }) },
      })
        ? 'allow'
        : 'deny',
    })),
  );
}

type Cell = ReturnType<typeof declaredCells>[number];

async function cellsOfPrograms(
  http: APIRequestContext,
  declared: AccessDeclaration,
): Promise<{ seen: Cell[]; expected: Cell[] }> {
  const { LAB_GATEWAY_URL } = labEnvironment();
  const seen: Cell[] = [];
  const expected: Cell[] = [];
  for (const person of [undefined, ...PEOPLE]) {
    const token = person && (await tokenOf(http, person.name));
    const cells = declaredCells(
      declared,
      person?.name ?? 'anonymous',
      person?.held,
    );
    expected.push(...cells);
    for (const cell of cells) {
      const answer = await http.fetch(`${LAB_GATEWAY_URL}${cell.path}`, {
        method: cell.method,
        maxRedirects: 0,
        headers: {
          host: declared.exposure!.host,
          ...(token && { authorization: `Bearer ${token}` }),
        },
      });
      expect([200, 403]).toContain(answer.status());
      seen.push({ ...cell, verdict: answer.ok() ? 'allow' : 'deny' });
    }
  }
  return { seen, expected };
}

test.afterEach(async () => {
  for (const declared of [web, programs]) {
    fs.rmSync(repositoryOf(declared.service.name), {
      recursive: true,
      force: true,
    });
  }
  await removePeople();
});

test('what is declared is what the real mesh does, in every cell', async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const patience = { timeout: 120_000, intervals: [1000] };
  await removePeople();
  publish(web);
  publish(programs);
  for (const declared of [web, programs]) {
    await expect
      .poll(() => rolesInKeycloak(declared.service.name), patience)
      .toEqual(['editor', 'reader']);
  }
  await createPeople([web.service.name, programs.service.name]);
  const http = await request.newContext();

  // Programs, with a token of their own.
  await expect
    .poll(async () => {
      const { seen, expected } = await cellsOfPrograms(http, programs).catch(
        () => ({ seen: [], expected: [{}] }),
      );
      return seen.length === expected.length;
    }, patience)
    .toBe(true);
  const first = await cellsOfPrograms(http, programs);
  expect(first.seen).toEqual(first.expected);

  // People, through the login wall.
  for (const person of PEOPLE) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(addressOf({ host: web.exposure!.host, path: '/' }));
    await page.getByLabel('Username or email').fill(person.name);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign In' }).click();
    await page.waitForURL(addressOf({ host: web.exposure!.host, path: '/' }));
    const cells = declaredCells(web, person.name, person.held).filter(
      // A page would take //items for a host.
      cell => !cell.path.startsWith('//'),
    );
    const seen: Cell[] = [];
    for (const cell of cells) {
      const status = await statusFromPage(page, cell);
      expect([200, 403]).toContain(status);
      seen.push({ ...cell, verdict: status === 200 ? 'allow' : 'deny' });
    }
    expect(seen).toEqual(cells);
    await context.close();
  }

  // A change of access is a commit: customers may no longer add items, and readers may look at /about.
  const changed: AccessDeclaration = {
    ...programs,
    rules: [
      programs.rules[0],
      programs.rules[1],
      {
        methods: ['POST'],
        paths: ['/items'],
        access: { kind: 'roles', roles: [editor] },
      },
      programs.rules[3],
      {
        methods: ['GET'],
        paths: ['/about'],
        access: { kind: 'roles', roles: [reader] },
      },
    ],
  };
  publish(changed);
  await expect
    .poll(async () => {
      const { seen, expected } = await cellsOfPrograms(http, changed);
      return seen.filter(
        (cell, index) => cell.verdict !== expected[index].verdict,
      );
    }, patience)
    .toEqual([]);
  await http.dispose();
});
