import { CompoundEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import { FetchApi } from '@backstage/frontend-plugin-api';
import {
  MeshAuthClient,
  EntityAccess,
  Source,
} from '@mesh-auth/plugin-mesh-auth-common';
import { MeshAuthApi } from './MeshAuthApi';

/**
 * {@link MeshAuthApi} over the client that is generated from the backend's
 * OpenAPI description.
 *
 * @public
 */
export class MeshAuthApiClient implements MeshAuthApi {
  static create(options: { fetchApi: FetchApi }): MeshAuthApiClient {
    return new MeshAuthApiClient(
      new MeshAuthClient({
        fetchApi: options.fetchApi,
        // The app's fetch API resolves plugin:// addresses itself.
        discoveryApi: { getBaseUrl: async pluginId => `plugin://${pluginId}` },
      }),
    );
  }

  private constructor(private readonly client: MeshAuthClient) {}

  async getEntityAccess(entityRef: CompoundEntityRef): Promise<EntityAccess> {
    const { kind, namespace, name } = entityRef;
    const response = await this.client.getEntityAccess({
      path: { kind, namespace, name },
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return await response.json();
  }

  async getSources(): Promise<Source[]> {
    const response = await this.client.getSources({});
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return await response.json();
  }
}
