import { CompoundEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import {
  EntityAccess,
  ExplainQuestion,
  Explanation,
  Source,
  WhoCan,
} from '@mesh-auth/plugin-mesh-auth-common';
import { MeshAuthApi } from '../src';
import {
  allowedExplanation,
  deniedExplanation,
  whoCanPay,
} from './fixtures/explanations';
import { liveSources } from './fixtures/payments';
import { accessByName } from './fixtures/states';

async function refusal(status: number, name: string, message: string) {
  return ResponseError.fromResponse(
    new Response(
      JSON.stringify({
        error: { name, message },
        response: { statusCode: status },
      }),
      { status, headers: { 'content-type': 'application/json' } },
    ),
  );
}

/** Answers by the name of the entity, so that each state has an entity page of its own. */
export class FixtureMeshAuthApi implements MeshAuthApi {
  async getEntityAccess(entityRef: CompoundEntityRef): Promise<EntityAccess> {
    switch (entityRef.name) {
      case 'loading':
        return new Promise(() => {});
      case 'denied':
        throw await refusal(
          403,
          'NotAllowedError',
          'The permission mesh-auth.exposure.read is missing.',
        );
      case 'failing':
        throw await refusal(500, 'Error', 'The snapshot could not be built.');
      case 'offline':
        throw new TypeError('Failed to fetch');
      default:
        return accessByName[entityRef.name];
    }
  }

  async explainRequest(
    _entityRef: CompoundEntityRef,
    question: ExplainQuestion,
  ): Promise<Explanation> {
    if (!question.url.startsWith('https://shop.example.com/')) {
      throw await refusal(
        400,
        'InputError',
        `No route of this entity serves ${question.url}`,
      );
    }
    return question.caller.realmRoles?.includes('customer')
      ? allowedExplanation
      : deniedExplanation;
  }

  async getWhoCan(): Promise<WhoCan> {
    return whoCanPay;
  }

  async getSources(): Promise<Source[]> {
    return liveSources;
  }
}
