import { mockCredentials } from '@backstage/backend-test-utils';
import { manifests } from './__testUtils__/shop';
import { waitFor } from './__testUtils__/waitFor';
import { useMeshAuth } from './__testUtils__/useMeshAuth';

const PATH = '/entities/component/default/payments/access';

describe('meshAuthPlugin', () => {
  const { access, denied, get, getWith, write } = useMeshAuth();

  it.each([
    'mesh-auth.exposure.read',
    'mesh-auth.fleet.read',
    'mesh-auth.preview.use',
  ])('refuses by the name of the permission %s', async permission => {
    denied.add(permission);
    const paths: Record<string, string> = {
      'mesh-auth.exposure.read': PATH,
      'mesh-auth.fleet.read': '/sources',
      'mesh-auth.preview.use': '/exposures?host=shop.example.com',
    };
    const response = await get(paths[permission]);
    expect(response.status).toBe(403);
    expect(response.body.error).toMatchObject({
      name: 'NotAllowedError',
      message: `Missing permission ${permission}`,
    });
  });

  it('leaves out who may call without mesh-auth.access.read, and says so', async () => {
    denied.add('mesh-auth.access.read');
    const answer = await access('payments');
    expect(answer.exposures).toHaveLength(1);
    expect(answer.exposures[0]).toMatchObject({
      address: 'https://shop.example.com/payments',
      jwt: [],
      access: [],
    });
    expect(answer.workloads[0].identity).toEqual([]);
    expect(answer).toMatchObject({ policies: [], clients: [], findings: [] });
    expect(answer.notices).toEqual([
      {
        severity: 'info',
        code: 'permission-missing',
        message:
          'Who may call is hidden: missing permission mesh-auth.access.read',
      },
    ]);
    expect(JSON.stringify(answer)).not.toContain('customer');
  });

  it('hides the holders without mesh-auth.holders.read, and nothing else', async () => {
    denied.add('mesh-auth.holders.read');
    const answer = await access('payments');
    const holders = [
      ...answer.clients.flatMap(({ roles }) => roles),
      ...answer.exposures.flatMap(({ access: rows }) =>
        rows.flatMap(({ roles }) => roles),
      ),
    ].map(role => role.holders);
    expect(holders.length).toBeGreaterThan(2);
    for (const count of holders) {
      expect(count).toEqual({
        users: 0,
        serviceAccounts: 0,
        groups: 0,
        state: 'hidden',
        reason: 'Missing permission mesh-auth.holders.read',
      });
    }
  });

  it('says 404 of an entity that is hidden or is not there', async () => {
    const response = await get('/entities/component/default/secret/access');
    expect(response.status).toBe(404);
    expect(response.body.error.message).toBe(
      'No entity component:default/secret',
    );
  });

  it.each([
    '/entities/component/default/-bad-/access',
    '/entities/1kind/default/payments/access',
    `/entities/component/default/${'x'.repeat(64)}/access`,
    '/exposures',
    '/exposures?host=UPPER.example.com',
    '/exposures?host=a&other=b',
  ])('refuses the bad request %s', async path => {
    expect((await get(path)).status).toBe(400);
  });
  it('answers 304 while nothing changes for the caller', async () => {
    const first = await get(PATH);
    const etag = first.headers.etag;
    const again = await getWith(PATH, { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(again.headers['cache-control']).toBe('private, no-cache');
    denied.add('mesh-auth.holders.read');
    const other = await get(PATH);
    expect(other.headers.etag).not.toBe(etag);
  });

  it('sees a changed manifest, and goes on with the others when one is malformed', async () => {
    const { snapshotVersion } = await access('payments');
    await write('manifests/more.yaml', 'kind: [unclosed\n');
    await write(
      'manifests/gateway.yaml',
      manifests.gateway.replace('*.example.com', 'shop.example.com'),
    );
    await write(
      'manifests/payments.yaml',
      manifests.payments.replace('prefix: /payments', 'prefix: /pay'),
    );
    await waitFor(async () => {
      const answer = await access('payments');
      expect(answer.exposures[0].address).toBe('https://shop.example.com/pay');
      expect(answer.snapshotVersion).not.toBe(snapshotVersion);
      expect(
        answer.sources[0].warnings.map(({ file, line }) => [file, line]),
      ).toEqual([['manifests/more.yaml', 2]]);
    });
  });

  it('asks for credentials on every path', async () => {
    for (const path of [PATH, '/sources', '/exposures?host=shop.example.com']) {
      const response = await getWith(path, {
        authorization: mockCredentials.none.header(),
      });
      expect(response.status).toBe(401);
    }
  });
});
