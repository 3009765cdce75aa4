import { EntityAccess, Exposure } from '@mesh-auth/plugin-mesh-auth-common';
import { meshSources } from './freshness';

/** Nothing is known because no annotation says what runs for the entity. */
export function isUnconnected(access: EntityAccess): boolean {
  return (
    access.missingAnnotations.length > 0 &&
    access.workloads.length === 0 &&
    access.exposures.length === 0 &&
    access.clients.length === 0
  );
}

/** Who may call is left out of the answer for want of a permission. */
export function isAccessHidden(access: EntityAccess): boolean {
  return access.notices.some(notice => notice.code === 'permission-missing');
}

/** No source of mesh objects has been read, so that no address says nothing. */
export function areExposuresUnknown(access: EntityAccess): boolean {
  return meshSources(access.sources).every(
    source => source.state === 'unavailable' || source.state === 'loading',
  );
}

/** The addresses that serve something, and those that only send elsewhere. */
export function splitRedirects(exposures: Exposure[]): {
  serving: Exposure[];
  redirecting: Exposure[];
} {
  return {
    serving: exposures.filter(exposure => !exposure.redirect),
    redirecting: exposures.filter(exposure => exposure.redirect),
  };
}

/** Ids of the clients that belong to the entity. */
export function ownClientIds(access: EntityAccess): string[] {
  return access.clients.map(client => client.clientId);
}
