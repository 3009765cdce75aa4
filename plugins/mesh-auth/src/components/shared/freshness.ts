import { Source } from '@mesh-auth/plugin-mesh-auth-common';

/** How much of an answer can be relied on right now. */
export type FreshnessState =
  | 'live'
  | 'stale'
  | 'loading'
  | 'partial'
  | 'unavailable'
  | 'noSource';

/** The state of all sources in one. */
export interface FreshnessSummary {
  state: FreshnessState;
  /** Age of the oldest reading that the answer rests on, in seconds. */
  ageSeconds?: number;
  /** When the oldest reading was in step, ISO 8601. */
  observedAt?: string;
}

/**
 * Sums up sources: the worst one decides, and the oldest reading gives the age.
 */
export function summarizeSources(sources: Source[]): FreshnessSummary {
  if (sources.length === 0) {
    return { state: 'noSource' };
  }
  const oldest = sources
    .filter(source => source.ageSeconds !== undefined)
    .sort((a, b) => (b.ageSeconds ?? 0) - (a.ageSeconds ?? 0))[0];
  const age = {
    ageSeconds: oldest?.ageSeconds,
    observedAt: oldest?.observedAt,
  };
  const has = (state: Source['state']) =>
    sources.some(source => source.state === state);

  if (sources.every(source => source.state === 'unavailable')) {
    return { state: 'unavailable', ...age };
  }
  if (has('unavailable')) {
    return { state: 'partial', ...age };
  }
  if (has('stale')) {
    return { state: 'stale', ...age };
  }
  return { state: has('loading') ? 'loading' : 'live', ...age };
}

const meshKinds = ['cluster', 'folder', 'other'];

/** The sources of Istio and Kubernetes objects. */
export function meshSources(sources: Source[]): Source[] {
  return sources.filter(source => meshKinds.includes(source.kind));
}

/** The sources of Keycloak realms. */
export function realmSources(sources: Source[]): Source[] {
  return sources.filter(source => !meshKinds.includes(source.kind));
}
