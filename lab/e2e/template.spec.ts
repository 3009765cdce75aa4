import {
  Browser,
  BrowserContext,
  expect,
  Page,
  request,
  test,
} from '@playwright/test';
import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type {
  EntityAccess,
  Exposure,
  Source,
} from '@mesh-auth/plugin-mesh-auth-common';
import fs from 'fs';
import path from 'path';
import { keycloakAdministrator } from '../src/parts/keycloakAdministrator';
import { labPath, repositoriesFolder } from '../src/paths';
import { readSettings } from '../src/settings';
import { BackstageBackend } from './BackstageBackend';
import { kubectl } from './kubectl';
import { labEnvironment, labSecret } from './lab';
import { removeNamespace } from './removeNamespace';
import {
  addressOf,
  claimsOf,
  sessionKeys,
  signIn,
  statusFromPage,
} from './seedFlow';
import { step } from './step';

/**
 * The whole way: template → repository → sync → operator → Keycloak and mesh → browser → card. The servers are real,
 * and so is the template with the values that its form begins with.
 */
const TEMPLATE = 'secured-service';
const REALM = 'shop';
const LIVE_SOURCES = ['cluster:demo live', `keycloak-realm:main/${REALM} live`];
const PATIENCE = { timeout: 180_000, intervals: [1000] };

/** People of the demo world's realm, by the role that they get of the new client. */
const PEOPLE = {
  withoutRole: { user: 'alice', role: undefined },
  reader: { user: 'amir', role: 'reader' },
  // An editor is a reader by the composite.
  editor: { user: 'ana', role: 'editor' },
} as const;
type Person = keyof typeof PEOPLE;
/** Roles that they hold by that. */
const HELD: Record<Person, string[]> = {
  withoutRole: [],
  reader: ['reader'],
  editor: ['reader', 'editor'],
};
type Caller = 'anonymous' | Person;
const CALLERS: Caller[] = ['anonymous', 'withoutRole', 'reader', 'editor'];

/** What a caller meets: the service, 403, or the login page. */
type Answer = 'service' | 'forbidden' | 'login' | `status ${number}`;

interface Row {
  method: string;
  path: string;
  /** The row of the card that speaks about the request. */
  shownAs: string;
  /** Who may; nobody where no rule names the request. */
  callers: Person[];
}

/** What the template's default values declare, written down here once more. */
const DECLARED: Row[] = [
  {
    method: 'GET',
    path: '/',
    shownAs: '/',
    callers: ['withoutRole', 'reader', 'editor'],
  },
  {
    method: 'GET',
    path: '/items',
    shownAs: '/items',
    callers: ['reader', 'editor'],
  },
  { method: 'POST', path: '/items', shownAs: '/items', callers: ['editor'] },
  {
    method: 'DELETE',
    path: '/items/1',
    shownAs: '/items/{*}',
    callers: ['editor'],
  },
];
/** Neighbours of the rules that no rule names. */
const UNDECLARED: Row[] = [
  { method: 'POST', path: '/', shownAs: '/', callers: [] },
  { method: 'PUT', path: '/items', shownAs: '/items', callers: [] },
  { method: 'GET', path: '/items/1', shownAs: '/items/{*}', callers: [] },
  { method: 'GET', path: '/nothing', shownAs: '/', callers: [] },
];
const ROWS = [...DECLARED, ...UNDECLARED];

const name = `e2e-${Date.now().toString(36)}`;
const host = `${name}.example.com`;
const repository = path.join(repositoriesFolder(), name);

interface Cell {
  caller: Caller;
  method: string;
  path: string;
  answer: Answer;
}

function cellsOf(answer: (caller: Caller, row: Row) => Answer): Cell[] {
  return CALLERS.flatMap(caller =>
    ROWS.map(row => ({
      caller,
      method: row.method,
      path: row.path,
      answer: answer(caller, row),
    })),
  );
}

const expectedCells = cellsOf((caller, row) => {
  if (caller === 'anonymous') {
    return 'login';
  }
  return row.callers.includes(caller) ? 'service' : 'forbidden';
});

function answerOf(status: number): Answer {
  if (status === 200) {
    return 'service';
  }
  return status === 403 ? 'forbidden' : `status ${status}`;
}

/** What requests without a session meet; a redirect counts as login when it leads to the realm. */
async function answersForAnonymous(): Promise<Cell[]> {
  const { LAB_GATEWAY_URL, LAB_GATEWAY_PORT, LAB_ISSUER } = labEnvironment();
  const http = await request.newContext();
  const cells: Cell[] = [];
  for (const row of ROWS) {
    const answer = await http.fetch(`${LAB_GATEWAY_URL}${row.path}`, {
      method: row.method,
      maxRedirects: 0,
      headers: { host: `${host}:${LAB_GATEWAY_PORT}` },
    });
    const toLogin =
      answer.status() === 302 &&
      answer.headers().location.startsWith(`${LAB_ISSUER}/`);
    cells.push({
      caller: 'anonymous',
      method: row.method,
      path: row.path,
      answer: toLogin ? 'login' : answerOf(answer.status()),
    });
  }
  await http.dispose();
  return cells;
}

async function answersFor(person: Person, page: Page): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const row of ROWS) {
    const answer = answerOf(await statusFromPage(page, row));
    cells.push({
      caller: person,
      method: row.method,
      path: row.path,
      answer,
    });
  }
  return cells;
}

/** What the card foretells for each cell. */
function cellsOfCard({ access }: Exposure): Cell[] {
  return cellsOf((caller, row) => {
    const shown = access.find(
      ({ methods, path: { value } }) =>
        value === row.shownAs &&
        (methods.length === 0 || methods.includes(row.method)) &&
        // Of `/` there is a row for the path itself and one for all that no other row names.
        (row.path === '/nothing') === (methods.length === 0),
    );
    const verdictOf = (standing: string) =>
      shown?.callers.find(other => other.caller === standing);
    if (caller === 'anonymous') {
      const verdict = verdictOf('anonymous');
      return verdict?.status === 302 ? 'login' : answerOf(verdict?.status ?? 0);
    }
    const opened = shown?.roles.some(
      role => role.client === name && HELD[caller].includes(role.name),
    );
    return opened ? 'service' : answerOf(verdictOf('loggedIn')?.status ?? 0);
  });
}

/** Roles of the service's client, as the read-only client of mesh-auth sees them; undefined without client. */
async function rolesInKeycloak(): Promise<string[] | undefined> {
  const { LAB_KEYCLOAK_URL, LAB_KEYCLOAK_READER_CLIENT_ID } = labEnvironment();
  const reader = new KeycloakAdminClient({
    baseUrl: LAB_KEYCLOAK_URL,
    realmName: REALM,
  });
  await reader.auth({
    grantType: 'client_credentials',
    clientId: LAB_KEYCLOAK_READER_CLIENT_ID,
    clientSecret: labSecret('keycloak-reader'),
  });
  const [found] = await reader.clients.find({ clientId: name });
  const roles = found && (await reader.clients.listRoles({ id: found.id! }));
  return roles?.map(role => role.name!).sort();
}

/** The grants go when the client does. */
async function grantRoles() {
  const admin = await keycloakAdministrator((await readSettings())!);
  const [client] = await admin.clients.find({ realm: REALM, clientId: name });
  for (const { user: username, role } of Object.values(PEOPLE)) {
    const [user] = await admin.users.find({
      realm: REALM,
      username,
      exact: true,
    });
    if (role) {
      const found = await admin.clients.findRole({
        realm: REALM,
        id: client.id!,
        roleName: role,
      });
      await admin.users.addClientRoleMappings({
        realm: REALM,
        id: user.id!,
        clientUniqueId: client.id!,
        roles: [{ id: found!.id!, name: role }],
      });
    }
  }
}

async function syncState(): Promise<string> {
  const { LAB_SYNC_PORT } = labEnvironment();
  const answer = await fetch(`http://127.0.0.1:${LAB_SYNC_PORT}/`);
  const states = (await answer.json()) as Record<
    string,
    { state: string; message?: string }
  >;
  const { state, message } = states[name] ?? { state: 'unknown' };
  return message ? `${state}: ${message}` : state;
}

/** Everything that sync and the node have made for the service. */
async function objectsInCluster(): Promise<string> {
  const kinds = [
    'deployments',
    'services',
    'virtualservices',
    'authorizationpolicies',
    'requestauthentications',
    'peerauthentications',
    'workloadentries.networking.istio.io',
    'sidecars',
    'keycloakclients',
    'secrets',
  ];
  return kubectl(
    'get',
    kinds.join(','),
    `--namespace=${name}`,
    '--output=name',
  );
}

/** The session of a browser, as its cookie names it: the key under which Redis holds it. */
async function sessionOf(context: BrowserContext): Promise<string> {
  const cookies = await context.cookies(addressOf({ host, path: '/' }));
  const cookie = cookies.find(({ name: own }) => own === '_oauth2_proxy');
  const ticket = Buffer.from(
    decodeURIComponent(cookie!.value).split('|')[0],
    'base64url',
  ).toString();
  // v2.<base64 of the key>.<base64 of the secret that opens the entry>
  return Buffer.from(ticket.split('.')[1], 'base64url').toString();
}

async function signedInPage(browser: Browser, person: Person) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const response = await signIn({
    page,
    service: { host, path: '/' },
    user: PEOPLE[person].user,
  });
  return { context, page, response };
}

let backstage: BackstageBackend | undefined;

function statesOf(sources: Source[]): string[] {
  return sources.map(({ id, state }) => `${id} ${state}`).sort();
}

async function sourceStates(): Promise<string[]> {
  const answer = await backstage!.meshAuth.getSources({});
  return answer.ok ? statesOf(await answer.json()) : [];
}

async function cardOf(): Promise<EntityAccess | undefined> {
  const answer = await backstage!.meshAuth.getEntityAccess({
    path: { kind: 'component', namespace: 'default', name },
  });
  return answer.ok ? answer.json() : undefined;
}

test.afterEach(async () => {
  test.setTimeout(240_000);
  await backstage?.stop();
  fs.rmSync(repository, { recursive: true, force: true });
  await step('what the service left behind goes', async () => {
    await expect.poll(syncState, PATIENCE).toBe('unknown');
    await expect.poll(objectsInCluster, PATIENCE).toBe('');
    await expect.poll(rolesInKeycloak, PATIENCE).toBeUndefined();
    await kubectl(
      'delete',
      'application',
      name,
      '--namespace=argocd',
      '--ignore-not-found',
    );
    await removeNamespace(name);
  });
});

test('a service made by the template works, is guarded as declared, and has its card', async ({
  browser,
}) => {
  test.setTimeout(900_000);

  await step('the backend of Backstage is ready', async () => {
    backstage = await BackstageBackend.start();
    await expect
      .poll(() => backstage!.ready(), { ...PATIENCE, timeout: 300_000 })
      .toBe(true);
    await backstage.signIn();
  });

  await step('it has the template and live sources', async () => {
    await expect
      .poll(() => backstage!.hasTemplate(TEMPLATE), PATIENCE)
      .toBe(true);
    await expect.poll(sourceStates, PATIENCE).toEqual(LIVE_SOURCES);
  });

  await step(`the template makes ${name}`, async () => {
    await backstage!.runTemplate(TEMPLATE, {
      ...(await backstage!.templateDefaults(TEMPLATE)),
      name,
      owner: 'group:default/team-payments',
    });
    expect(fs.existsSync(path.join(repository, '.git'))).toBe(true);
  });

  await step('sync applies the repository', () =>
    expect.poll(syncState, PATIENCE).toBe('synced'),
  );

  await step('the operator makes the client in Keycloak', () =>
    expect.poll(rolesInKeycloak, PATIENCE).toEqual(['editor', 'reader']),
  );
  await step('two people get a role of the client', grantRoles);

  await step('the workload runs', () =>
    expect
      .poll(
        () =>
          kubectl(
            'get',
            'deployment',
            name,
            `--namespace=${name}`,
            '--output=jsonpath={.status.availableReplicas}',
          ),
        PATIENCE,
      )
      .toBe('1'),
  );

  const seen: Cell[] = [];
  await step(
    'someone without a role signs in; route and policy are in place',
    async () => {
      const { context, page } = await signedInPage(browser, 'withoutRole');
      await expect
        .poll(async () => {
          const answer = await page.goto(addressOf({ host, path: '/' }));
          return answer?.status();
        }, PATIENCE)
        .toBe(200);
      await expect
        .poll(
          () => statusFromPage(page, { method: 'GET', path: '/items' }),
          PATIENCE,
        )
        .toBe(403);
      seen.push(...(await answersForAnonymous()));
      seen.push(...(await answersFor('withoutRole', page)));
      await context.close();
    },
  );

  await step('a reader signs in; the service sees both tokens', async () => {
    const { context, page, response } = await signedInPage(browser, 'reader');
    expect(response.status()).toBe(200);
    const echoed = (await response.json()) as {
      service: string;
      headers: Record<string, string>;
    };
    expect(echoed.service).toBe(name);
    const idToken = claimsOf(
      echoed.headers.authorization.replace(/^Bearer /, ''),
    );
    expect(idToken.typ).toBe('ID');
    expect(idToken.preferred_username).toBe(PEOPLE.reader.user);
    expect(idToken).not.toHaveProperty('realm_access');
    expect(idToken).not.toHaveProperty('resource_access');
    const accessToken = claimsOf(echoed.headers['x-auth-request-access-token']);
    expect(accessToken.typ).toBe('Bearer');
    expect(accessToken.resource_access[name].roles).toEqual(['reader']);
    expect(await sessionKeys()).toContain(await sessionOf(context));

    seen.push(...(await answersFor('reader', page)));
    const outside = await page.goto(addressOf({ host, path: '/nothing' }));
    expect(outside!.status()).toBe(403);

    await context.clearCookies();
    await page.goto(addressOf({ host, path: '/' }));
    await expect(page.getByRole('button', { name: 'Sign In' })).toBeVisible();
    await context.close();
  });

  await step('an editor signs in', async () => {
    const { context, page } = await signedInPage(browser, 'editor');
    seen.push(...(await answersFor('editor', page)));
    await context.close();
  });

  const wrong = seen.filter(
    (cell, index) => cell.answer !== expectedCells[index].answer,
  );
  process.stdout.write(
    `  ${seen.length} cells of the access table, ${wrong.length} wrong\n`,
  );
  expect(seen).toEqual(expectedCells);

  await step('the card shows it, from the live cluster and realm', async () => {
    await expect
      .poll(async () => {
        const card = await cardOf();
        return {
          notices: card?.notices,
          hosts: card?.exposures.map(exposure => exposure.host),
          holders: card?.clients.flatMap(client =>
            client.roles.map(role => `${role.name}: ${role.holders.users}`),
          ),
        };
      }, PATIENCE)
      .toEqual({
        notices: [],
        hosts: [host],
        holders: ['editor: 1', 'reader: 2'],
      });
    const card = (await cardOf())!;
    fs.writeFileSync(
      labPath('e2e', 'card.json'),
      JSON.stringify(card, undefined, 2),
    );
    expect(statesOf(card.sources)).toEqual(LIVE_SOURCES);
    expect(card.missingAnnotations).toEqual([]);
    const [exposure] = card.exposures;
    expect(exposure.address).toBe(
      addressOf({ host, path: '/' }).replace(/\/$/, ''),
    );
    expect(exposure.loginWall).toMatchObject({
      state: 'required',
      provider: 'oauth2-proxy',
    });
    // The Deployment, and the WorkloadEntry with which the lab's node stands in for its pods.
    expect(
      card.workloads
        .map(({ ref, mtls }) => `${ref.kind} ${ref.name} ${mtls.mode}`)
        .sort(),
    ).toEqual([
      `Deployment ${name} STRICT`,
      `WorkloadEntry lab-${name} STRICT`,
    ]);
    expect(card.clients).toMatchObject([
      {
        instance: 'main',
        realm: REALM,
        clientId: name,
        state: 'found',
        roles: [
          { name: 'editor', composites: ['reader'] },
          { name: 'reader', composites: [] },
        ],
      },
    ]);
    for (const role of card.clients[0].roles) {
      expect(role.holders).toMatchObject({
        state: 'known',
        serviceAccounts: 0,
        groups: 0,
      });
    }
    // What the card foretells is what was seen.
    expect(cellsOfCard(exposure)).toEqual(seen);
  });

  await step('the repository goes, and with it the service', async () => {
    fs.rmSync(repository, { recursive: true });
    await expect.poll(objectsInCluster, PATIENCE).toBe('');
    await expect.poll(rolesInKeycloak, PATIENCE).toBeUndefined();
    await expect.poll(cardOf, PATIENCE).toBeUndefined();
  });
});
