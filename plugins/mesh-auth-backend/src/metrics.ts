import type { MetricsService } from '@backstage/backend-plugin-api/alpha';

/**
 * The instruments of the plugin. Attributes hold ids of sources and fixed words only, so that their number stays
 * bounded.
 *
 * @internal
 */
export type MeshAuthMetrics = ReturnType<typeof createMetrics>;

/** Seconds; from an answer out of memory to a slow upstream. */
const DURATION_BOUNDARIES = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/**
 * @internal
 */
export function createMetrics(service: MetricsService) {
  return {
    requestDuration: service.createHistogram<{
      operation: string;
      outcome: string;
    }>('mesh_auth.request.duration', {
      description: 'Time to answer a request',
      unit: 's',
      advice: { explicitBucketBoundaries: DURATION_BOUNDARIES },
    }),
    snapshotBuildDuration: service.createHistogram(
      'mesh_auth.snapshot.build.duration',
      {
        description: 'Time to derive a snapshot from changed sources',
        unit: 's',
        advice: { explicitBucketBoundaries: DURATION_BOUNDARIES },
      },
    ),
    snapshotObjects: service.createGauge<{ source: string }>(
      'mesh_auth.snapshot.objects',
      { description: 'Objects of a source in the snapshot', unit: '{object}' },
    ),
    sourceState: service.createGauge<{ source: string }>(
      'mesh_auth.source.live',
      { description: '1 when the source is live, else 0', unit: '1' },
    ),
    watchRestarts: service.createCounter<{ source: string; reason: string }>(
      'mesh_auth.watch.restarts',
      {
        description: 'Watches that ended before their time',
        unit: '{restart}',
      },
    ),
    verdicts: service.createCounter<{ verdict: string }>('mesh_auth.verdicts', {
      description:
        'Verdicts in answers; the share of unknown is the blind spot',
      unit: '{verdict}',
    }),
  };
}
