import type { Explanation } from '@mesh-auth/plugin-mesh-auth-common';
import { useMeshAuth } from '../__testUtils__/useMeshAuth';

describe('explain and who-can', () => {
  const { denied, get, post } = useMeshAuth();

  describe('explain', () => {
    const path = '/entities/component/default/payments/explain';
    const question = {
      url: 'https://shop.example.com/payments',
      method: 'POST',
      caller: { kind: 'loggedIn' },
    };

    it('names the rule that came nearest, and the one that lets in', async () => {
      const refused = (await post(path, question)).body as Explanation;
      expect(refused).toMatchObject({
        entityRef: 'component:default/payments',
        source: 'folder:demo',
        verdict: 'deny',
        status: 403,
        hops: [
          { at: 'gateway', verdict: 'allow' },
          { at: 'workload', verdict: 'deny', workload: { name: 'payments' } },
        ],
      });
      expect(refused.hops[1].nearest[0]).toMatchObject({
        policy: 'AuthorizationPolicy/shop/payments',
        rule: 0,
        file: 'manifests/payments.yaml',
        conditions: [
          {
            wanted: expect.stringContaining('resource_access.payments.roles'),
            found: 'a token without it',
            negated: false,
          },
        ],
      });

      const allowed = (
        await post(path, {
          ...question,
          caller: {
            kind: 'loggedIn',
            clientRoles: [{ client: 'payments', name: 'pay' }],
          },
        })
      ).body as Explanation;
      expect(allowed).toMatchObject({ verdict: 'allow', status: 200 });
      expect(allowed.hops[1].matched).toMatchObject({ rule: 0 });
    });

    it('knows anonymous callers and workloads', async () => {
      const anonymous = await post(path, {
        ...question,
        caller: { kind: 'anonymous' },
      });
      expect(anonymous.body).toMatchObject({
        verdict: 'deny',
        status: 302,
        decidedBy: 'AuthorizationPolicy/istio-system/login-wall#0',
      });
      const pod = {
        url: 'http://payments.shop/actuator/health',
        caller: { kind: 'workload' },
      };
      expect((await post(path, pod)).body).toMatchObject({ verdict: 'allow' });
      expect(
        (
          await post(path, {
            ...pod,
            caller: { kind: 'workload', plaintext: true },
          })
        ).body,
      ).toMatchObject({
        verdict: 'deny',
        decidedBy: 'PeerAuthentication/istio-system/default',
      });
    });

    it('refuses what it cannot answer, without repeating a query', async () => {
      const elsewhere = await post(path, {
        ...question,
        url: 'https://other.example.com/x?access_token=hunter2',
      });
      expect(elsewhere.status).toBe(404);
      expect(elsewhere.body.error.message).toBe(
        'The entity is not reachable at https://other.example.com/x; it is at https://shop.example.com:443/payments',
      );
      for (const bad of [
        {},
        { ...question, url: 'ftp://x' },
        { ...question, caller: { kind: 'root' } },
        { ...question, method: 'get' },
        { ...question, more: 1 },
      ]) {
        expect((await post(path, bad)).status).toBe(400);
      }
      denied.add('mesh-auth.access.read');
      const response = await post(path, question);
      expect(response.status).toBe(403);
      expect(response.body.error.message).toBe(
        'Missing permission mesh-auth.access.read',
      );
    });
  });

  describe('who can', () => {
    const path = (url: string, more = '') =>
      `/entities/component/default/payments/who-can?url=${encodeURIComponent(
        url,
      )}${more}`;

    it('names people with the way to their role', async () => {
      const { body } = await get(
        path('https://shop.example.com/payments', '&method=POST'),
      );
      expect(body).toMatchObject({
        realm: 'shop',
        anonymous: 'deny',
        counts: { users: 1, serviceAccounts: 0 },
        holders: [
          {
            type: 'user',
            name: 'ann',
            paths: [['group:/buyers', 'client:payments/pay']],
          },
        ],
      });
    });

    it.each([
      'mesh-auth.exposure.read',
      'mesh-auth.access.read',
      'mesh-auth.holders.read',
    ])('needs %s', async permission => {
      denied.add(permission);
      const response = await get(path('https://shop.example.com/payments'));
      expect(response.status).toBe(403);
      expect(response.body.error.message).toBe(
        `Missing permission ${permission}`,
      );
    });

    it('refuses bad addresses and unknown ones', async () => {
      expect((await get(path('shop'))).status).toBe(400);
      expect((await get(path('https://x.example.com/'))).status).toBe(404);
    });
  });
});
