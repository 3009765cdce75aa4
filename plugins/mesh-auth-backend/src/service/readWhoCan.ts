import { NotFoundError } from '@backstage/errors';
import { whoCan, WhoCanAnswer } from '@mesh-auth/access-model';
import type { WhoCan } from '@mesh-auth/plugin-mesh-auth-common';
import type { Snapshot } from '../snapshot/Snapshot';
import { exposureAt } from './explainQuestion';
import { FoundExposure, issuersOf, realmForIssuers } from './readExposures';

const ANONYMOUS = new Map<WhoCanAnswer['anonymous'], WhoCan['anonymous']>([
  [true, 'allow'],
  [false, 'deny'],
  ['unknown', 'unknown'],
]);

/**
 * Names who can send a request to an entity.
 *
 * @throws NotFoundError when the entity is not reachable at the address, or the realm of its tokens is not read
 *
 * @internal
 */
export function readWhoCan(options: {
  url: string;
  method: string;
  exposures: readonly FoundExposure[];
  snapshot: Snapshot;
}): Omit<WhoCan, 'entityRef' | 'snapshotVersion'> {
  const { method, exposures, snapshot } = options;
  const found = exposureAt(exposures, options.url);
  const realm = realmForIssuers(snapshot, issuersOf(found));
  if (!realm) {
    throw new NotFoundError(
      'No realm that mesh-auth reads issues the tokens that the entity takes',
    );
  }
  const url = new URL(options.url);
  const answer = whoCan({
    mesh: found.cluster.mesh,
    graph: realm.graph,
    request: {
      host: url.host,
      method,
      path: `${url.pathname}${url.search}`,
    },
  });
  return {
    realm: realm.reading.realm.realm,
    anonymous: ANONYMOUS.get(answer.anonymous) ?? 'unknown',
    counts: answer.counts,
    holders: answer.holders.map(({ client, ...holder }) => ({
      ...holder,
      ...(client !== undefined && { client }),
    })),
    principals: answer.callers.map(({ principal }) => principal),
    unknown: answer.unknown,
    why: answer.why.map(({ policy, ...reason }) => ({
      ...reason,
      ...(policy !== undefined && { policy }),
    })),
  };
}
