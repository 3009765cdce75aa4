import {
  mockCredentials,
  mockServices,
  registerMswTestHooks,
} from '@backstage/backend-test-utils';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { MeshAuthHostLookup } from './MeshAuthHostLookup';

const ADDRESS = 'http://backend.test/api/mesh-auth';

describe('MeshAuthHostLookup', () => {
  const server = setupServer();
  registerMswTestHooks(server);

  const lookup = new MeshAuthHostLookup({
    auth: mockServices.auth({ pluginId: 'scaffolder' }),
    discovery: mockServices.discovery.mock({
      getBaseUrl: async () => ADDRESS,
    }),
  });
  const source = {
    id: 'folder:demo',
    kind: 'folder',
    title: 'Demo cluster',
    state: 'live',
    warnings: [],
  };
  const exposure = {
    route: {
      source: 'folder:demo',
      kind: 'VirtualService',
      namespace: 'shop',
      name: 'orders',
    },
    gateway: { source: 'folder:demo', kind: 'Gateway', name: 'public' },
    path: { type: 'prefix', value: '/orders/' },
  };

  function ask(signal?: AbortSignal) {
    return lookup.claimsOf({
      host: 'shop.example.com',
      credentials: mockCredentials.user('user:default/alice'),
      signal,
    });
  }

  it('asks on behalf of the person, for exactly this host', async () => {
    let seen: { host: string | null; token: string | null } | undefined;
    server.use(
      http.get(`${ADDRESS}/exposures`, ({ request }) => {
        seen = {
          host: new URL(request.url).searchParams.get('host'),
          token: request.headers.get('authorization'),
        };
        return HttpResponse.json({
          host: 'shop.example.com',
          exposures: [
            exposure,
            { ...exposure, path: { type: 'regex', value: '/x.*' } },
          ],
          sources: [source],
        });
      }),
    );
    await expect(ask()).resolves.toEqual({
      claims: [
        {
          owner: 'VirtualService shop/orders in Demo cluster',
          path: '/orders',
        },
        { owner: 'VirtualService shop/orders in Demo cluster', path: '/' },
      ],
    });
    expect(seen).toEqual({
      host: 'shop.example.com',
      token: mockCredentials.service.header({
        onBehalfOf: mockCredentials.user('user:default/alice'),
        targetPluginId: 'mesh-auth',
      }),
    });
  });

  it('says what was not seen', async () => {
    server.use(
      http.get(`${ADDRESS}/exposures`, () =>
        HttpResponse.json({
          host: 'shop.example.com',
          exposures: [exposure],
          sources: [
            source,
            {
              ...source,
              title: 'Second cluster',
              state: 'unavailable',
              message: 'ECONNREFUSED',
            },
            { ...source, kind: 'keycloak-realm', state: 'unavailable' },
          ],
        }),
      ),
    );
    await expect(ask()).resolves.toMatchObject({
      claims: [{ path: '/orders' }],
      unverified: 'Second cluster is unavailable (ECONNREFUSED)',
    });
  });

  it('has seen nothing when there is nothing to see', async () => {
    server.use(
      http.get(`${ADDRESS}/exposures`, () =>
        HttpResponse.json({
          host: 'shop.example.com',
          exposures: [],
          sources: [],
        }),
      ),
    );
    await expect(ask()).resolves.toEqual({
      claims: [],
      unverified: 'no cluster and no folder is configured',
    });
  });

  it('takes a refusal or a dead backend for not knowing', async () => {
    server.use(
      http.get(`${ADDRESS}/exposures`, () =>
        HttpResponse.json(
          {
            error: {
              name: 'NotAllowedError',
              message: 'Missing permission mesh-auth.preview.use',
            },
            response: { statusCode: 403 },
          },
          { status: 403 },
        ),
      ),
    );
    expect((await ask()).unverified).toContain(
      'the mesh-auth backend did not answer',
    );
    server.use(http.get(`${ADDRESS}/exposures`, () => HttpResponse.error()));
    expect((await ask()).unverified).toContain(
      'the mesh-auth backend did not answer',
    );
  });

  it('stops when the task is cancelled', async () => {
    server.use(
      http.get(`${ADDRESS}/exposures`, () => new Promise(() => undefined)),
    );
    const controller = new AbortController();
    const result = ask(controller.signal);
    controller.abort(new Error('cancelled'));
    await expect(result).rejects.toThrow('cancelled');
  });
});
