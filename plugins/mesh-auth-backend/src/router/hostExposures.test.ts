import { useMeshAuth } from '../__testUtils__/useMeshAuth';

describe('GET /exposures', () => {
  const { denied, get } = useMeshAuth();

  it('says what serves a host', async () => {
    const taken = await get('/exposures?host=shop.example.com');
    expect(taken.status).toBe(200);
    expect(taken.body).toEqual({
      host: 'shop.example.com',
      exposures: [
        {
          route: expect.objectContaining({
            source: 'folder:demo',
            kind: 'VirtualService',
            namespace: 'shop',
            name: 'payments',
          }),
          gateway: expect.objectContaining({
            kind: 'Gateway',
            namespace: 'istio-system',
            name: 'public',
          }),
          path: { type: 'prefix', value: '/payments' },
        },
      ],
      sources: [expect.objectContaining({ id: 'folder:demo', state: 'live' })],
    });
    const free = await get('/exposures?host=free.example.com');
    expect(free.body).toMatchObject({ exposures: [] });
  });

  it('says what serves a host only to those who may preview', async () => {
    denied.add('mesh-auth.preview.use');
    const response = await get('/exposures?host=shop.example.com');
    expect(response.status).toBe(403);
    expect(response.body.error.message).toContain('mesh-auth.preview.use');
  });

  it.each(['', '?host=', '?host=A.example.com', '?host=a:80', '?host=*.a.b'])(
    'refuses /exposures%s',
    async query => {
      expect((await get(`/exposures${query}`)).status).toBe(400);
    },
  );
});
