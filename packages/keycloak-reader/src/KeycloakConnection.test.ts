import { registerMswTestHooks } from '@backstage/backend-test-utils';
import { delay, http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { KeycloakConnection } from './KeycloakConnection';
import { UpstreamError } from './UpstreamError';

// Jest cannot import() without a flag of Node; the libraries are the real ones.
jest.mock('./loadClientLibraries', () => ({
  loadClientLibraries: async () => {
    const { default: AdminClient, fetchWithError } = jest.requireActual(
      '@keycloak/keycloak-admin-client',
    );
    return {
      AdminClient,
      fetchWithError,
      Agent: jest.requireActual('undici').Agent,
    };
  },
}));

// Loading and transforming them takes its time on a busy machine.
jest.setTimeout(60_000);

const base = 'https://sso.example.com/auth';
const secret = 'the-secret-of-the-reader';

const server = setupServer();
registerMswTestHooks(server);

function connect(now: () => number = Date.now) {
  const waits: number[] = [];
  const connection = new KeycloakConnection({
    endpoint: {
      baseUrl: base,
      clientId: 'reader',
      clientSecret: secret,
      timeoutMs: 300,
    },
    realm: 'shop',
    now,
    sleep: async ms => {
      waits.push(ms);
    },
  });
  const clients = () =>
    connection.read('clients', admin =>
      admin.clients.find({ realm: 'shop', first: 0, max: 100 }),
    );
  return { clients, connection, waits };
}

/** Answers of the two endpoints, one after the other; the last one stays. */
function answers(options: {
  token?: (() => Response | Promise<Response>)[];
  clients: ((request: Request) => Response | Promise<Response>)[];
}) {
  const seen = { token: 0, clients: 0, authorization: [] as string[] };
  const issue = () =>
    HttpResponse.json({ access_token: `t${seen.token}`, expires_in: 300 });
  const take = <T>(list: T[], count: number) =>
    list[Math.min(count, list.length) - 1];
  server.use(
    http.post(`${base}/realms/shop/protocol/openid-connect/token`, () => {
      seen.token++;
      return take(options.token ?? [issue], seen.token)();
    }),
    http.get(`${base}/admin/realms/shop/clients`, ({ request }) => {
      seen.clients++;
      seen.authorization.push(request.headers.get('authorization') ?? '');
      return take(options.clients, seen.clients)(request);
    }),
  );
  return seen;
}

const found = () => HttpResponse.json([{ clientId: 'app' }]);
const status = (code: number, headers?: Record<string, string>) => () =>
  new HttpResponse('nothing to show', { status: code, headers });

async function failureOf(reading: Promise<unknown>): Promise<UpstreamError> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UpstreamError);
  return error as UpstreamError;
}

describe('KeycloakConnection', () => {
  it('uses one token for many reads, at most two of them at a time', async () => {
    let running = 0;
    let most = 0;
    const seen = answers({
      clients: [
        async () => {
          running++;
          most = Math.max(most, running);
          await delay(10);
          running--;
          return found();
        },
      ],
    });
    const { clients } = connect();
    await Promise.all(Array.from({ length: 8 }, clients));
    expect(seen).toMatchObject({ token: 1, clients: 8 });
    expect(most).toBe(2);
  });

  it('takes one new token when the server refuses the old one', async () => {
    const seen = answers({ clients: [found, status(401), found] });
    const { clients } = connect();
    await clients();
    expect(await clients()).toEqual([{ clientId: 'app' }]);
    expect(seen.authorization).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t2']);
  });

  it('gives up when the new token is refused as well', async () => {
    const seen = answers({ clients: [status(401)] });
    const failure = await failureOf(connect().clients());
    expect(failure).toMatchObject({
      status: 401,
      message: 'Keycloak answered 401 for clients',
    });
    expect(seen).toMatchObject({ token: 2, clients: 2 });
  });

  it('repeats a read that may work later, with growing waits, three tries in all', async () => {
    const seen = answers({ clients: [status(503)] });
    const { clients, waits } = connect();
    expect(await failureOf(clients())).toMatchObject({ status: 503 });
    expect(seen.clients).toBe(3);
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeGreaterThan(waits[0]);
  });

  it('waits as long as the server asks, within bounds', async () => {
    answers({
      clients: [
        status(429, { 'retry-after': '2' }),
        status(503, { 'retry-after': '3600' }),
        found,
      ],
    });
    const { clients, waits } = connect();
    await clients();
    expect(waits).toEqual([2_000, 10_000]);
  });

  it.each([403, 404, 500])('does not repeat a %s', async code => {
    const seen = answers({ clients: [status(code)] });
    expect(await failureOf(connect().clients())).toMatchObject({
      status: code,
    });
    expect(seen.clients).toBe(1);
  });

  it('ends a read that hangs', async () => {
    answers({
      clients: [
        async () => {
          await delay(5_000);
          return found();
        },
      ],
    });
    const failure = await failureOf(connect().clients());
    expect(failure.message).toBe('Keycloak did not answer in time for clients');
  });

  it('says that the secret is refused, does not hammer, and never shows it', async () => {
    const seen = answers({
      token: [
        () =>
          HttpResponse.json(
            { error: 'unauthorized_client', error_description: secret },
            { status: 401 },
          ),
      ],
      clients: [found],
    });
    const { clients } = connect();
    for (let n = 0; n < 5; n++) {
      const failure = await failureOf(clients());
      expect(failure.message).toBe(
        'Keycloak refused client reader: its secret or service account is not valid',
      );
      expect(JSON.stringify(failure) + failure.stack).not.toContain(secret);
    }
    expect(seen).toMatchObject({ token: 1, clients: 0 });
  });

  it('does not follow a redirect with the token', async () => {
    const seen = answers({
      clients: [status(302, { location: 'https://elsewhere.example.com/' })],
    });
    await failureOf(connect().clients());
    expect(seen.clients).toBeGreaterThan(0);
  });

  it('names the broken connection', async () => {
    answers({ clients: [() => HttpResponse.error()] });
    const { clients, waits } = connect();
    expect((await failureOf(clients())).message).toMatch(
      /^cannot reach Keycloak for clients: /,
    );
    expect(waits).toHaveLength(2);
  });

  it('leaves a server alone that is down: few requests a minute, however many ask', async () => {
    let time = 0;
    const seen = answers({ clients: [status(503)] });
    const { clients } = connect(() => time);
    for (time = 0; time < 60_000; time += 500) {
      expect(await failureOf(clients())).toMatchObject({ status: 503 });
    }
    expect(seen.clients).toBeLessThanOrEqual(18);
    // And sees that it is back.
    server.resetHandlers();
    answers({ clients: [found] });
    time += 10_000;
    expect(await clients()).toEqual([{ clientId: 'app' }]);
  });
});
