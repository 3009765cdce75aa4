import { CompoundEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import { FetchApi } from '@backstage/frontend-plugin-api';
import type {
  EntityAccess,
  ExplainQuestion,
  Explanation,
  Source,
  TypedResponse,
  WhoCan,
} from '@mesh-auth/plugin-mesh-auth-common';
import { MeshAuthClient } from '@mesh-auth/plugin-mesh-auth-common';
import { MeshAuthApi } from './MeshAuthApi';

async function read<T>(response: TypedResponse<T>): Promise<T> {
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return await response.json();
}

/**
 * {@link MeshAuthApi} over the client that is generated from the backend's
 * OpenAPI description.
 *
 * @public
 */
export class MeshAuthApiClient implements MeshAuthApi {
  /**
   * Makes a client over the fetch API of the app, which knows `plugin://`
   * addresses and adds the credentials of the user.
   */
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

  /** {@inheritDoc MeshAuthApi.getEntityAccess} */
  async getEntityAccess(entityRef: CompoundEntityRef): Promise<EntityAccess> {
    return read(await this.client.getEntityAccess({ path: entityRef }));
  }

  /** {@inheritDoc MeshAuthApi.explainRequest} */
  async explainRequest(
    entityRef: CompoundEntityRef,
    question: ExplainQuestion,
  ): Promise<Explanation> {
    return read(
      await this.client.explainRequest({ path: entityRef, body: question }),
    );
  }

  /** {@inheritDoc MeshAuthApi.getWhoCan} */
  async getWhoCan(
    entityRef: CompoundEntityRef,
    request: { url: string; method: string },
  ): Promise<WhoCan> {
    return read(
      await this.client.getWhoCan({ path: entityRef, query: request }),
    );
  }

  /** {@inheritDoc MeshAuthApi.getSources} */
  async getSources(): Promise<Source[]> {
    return read(await this.client.getSources({}));
  }
}
