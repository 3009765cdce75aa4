import { mockApis, registerMswTestHooks } from '@backstage/frontend-test-utils';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { payments } from '../../dev/fixtures/payments';
import { MeshAuthApiClient } from './MeshAuthApiClient';

const BASE = 'http://localhost:7007/api/mesh-auth';
const ref = { kind: 'Component', namespace: 'default', name: 'payments' };

describe('MeshAuthApiClient', () => {
  const server = setupServer();
  registerMswTestHooks(server);

  const client = MeshAuthApiClient.create({
    fetchApi: mockApis.fetch({
      resolvePluginProtocol: {
        discoveryApi: {
          getBaseUrl: async id => `http://localhost:7007/api/${id}`,
        },
      },
    }),
  });

  it('reads the access of an entity and the sources', async () => {
    server.use(
      http.get(`${BASE}/entities/Component/default/payments/access`, () =>
        HttpResponse.json(payments),
      ),
      http.get(`${BASE}/sources`, () => HttpResponse.json(payments.sources)),
    );

    await expect(client.getEntityAccess(ref)).resolves.toEqual(payments);
    await expect(client.getSources()).resolves.toEqual(payments.sources);
  });

  it('rejects with what the backend says', async () => {
    const refuse = () =>
      HttpResponse.json(
        {
          error: {
            name: 'NotAllowedError',
            message: 'mesh-auth.exposure.read is missing',
          },
          response: { statusCode: 403 },
        },
        { status: 403 },
      );
    server.use(
      http.get(`${BASE}/entities/Component/default/payments/access`, refuse),
      http.get(`${BASE}/sources`, refuse),
    );

    await expect(client.getEntityAccess(ref)).rejects.toMatchObject({
      name: 'ResponseError',
      cause: {
        name: 'NotAllowedError',
        message: 'mesh-auth.exposure.read is missing',
      },
    });
    await expect(client.getSources()).rejects.toMatchObject({
      name: 'ResponseError',
    });
  });
});
