import type { AuditorService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type { Request } from 'express';
import type { MeshAuthMetrics } from './metrics';

/**
 * Runs an operation with its audit event and its duration.
 *
 * @throws what the operation throws
 *
 * @internal
 */
export async function observe<T>(
  services: { auditor: AuditorService; metrics: MeshAuthMetrics },
  options: {
    /** Absent for what does not come over the plugin's own API. */
    request?: Request<any, any, any, any, any>;
    /** Kebab-case, without the plugin's name. */
    operation: string;
    meta?: JsonObject;
    run: () => Promise<T>;
  },
): Promise<T> {
  const { request, operation, meta, run } = options;
  const started = performance.now();
  const event = await services.auditor.createEvent({
    eventId: operation,
    ...(request && { request: request as Request }),
    meta,
  });
  const record = (outcome: string) =>
    services.metrics.requestDuration.record(
      (performance.now() - started) / 1000,
      { operation, outcome },
    );
  try {
    const result = await run();
    await event.success();
    record('success');
    return result;
  } catch (error) {
    await event.fail({ error: error as Error });
    record((error as Error).name);
    throw error;
  }
}
