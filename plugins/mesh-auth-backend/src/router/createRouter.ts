import { createHash } from 'node:crypto';
import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import {
  meshAuthFleetReadPermission,
  meshAuthPreviewUsePermission,
} from '@mesh-auth/plugin-mesh-auth-common';
import express from 'express';
import type { EntityAuthorizer } from '../auth/EntityAuthorizer';
import type { MeshAuthMetrics } from '../metrics';
import { observe } from '../observe';
import { createOpenApiRouter } from '../schema/openapi';
import type { MeshAuthService } from '../service/MeshAuthService';

/** @internal */
export interface RouterOptions {
  service: MeshAuthService;
  authorizer: EntityAuthorizer;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  metrics: MeshAuthMetrics;
}

/**
 * The HTTP API. Requests are validated against the OpenAPI file; errors are thrown and become answers in the root's
 * error middleware.
 *
 * @internal
 */
export async function createRouter(
  options: RouterOptions,
): Promise<express.Router> {
  const { service, authorizer, httpAuth } = options;
  const router = await createOpenApiRouter();

  router.get('/entities/:kind/:namespace/:name/access', async (req, res) => {
    const { kind, namespace, name } = req.params;
    const access = await observe(options, {
      request: req,
      operation: 'access-read',
      meta: { entityRef: `${kind}:${namespace}/${name}` },
      run: async () =>
        service.entityAccess(
          await authorizer.entity({
            ref: { kind, namespace, name },
            credentials: await httpAuth.credentials(req),
          }),
        ),
    });
    const etag = etagOf(access);
    res.setHeader('etag', etag);
    // What a caller may see depends on the caller.
    res.setHeader('cache-control', 'private, no-cache');
    if (req.headers['if-none-match'] === etag) {
      res.status(304).end();
    } else {
      res.json(access);
    }
  });

  router.post('/entities/:kind/:namespace/:name/explain', async (req, res) => {
    const { kind, namespace, name } = req.params;
    const explanation = await observe(options, {
      request: req,
      operation: 'explain',
      meta: {
        entityRef: `${kind}:${namespace}/${name}`,
        url: withoutQuery(req.body.url),
        caller: req.body.caller.kind,
      },
      run: async () =>
        service.explain(
          await authorizer.entity({
            ref: { kind, namespace, name },
            credentials: await httpAuth.credentials(req),
            needs: { access: true },
          }),
          req.body,
        ),
    });
    res.json(explanation);
  });

  router.get('/entities/:kind/:namespace/:name/who-can', async (req, res) => {
    const { kind, namespace, name } = req.params;
    const { url, method = 'GET' } = req.query;
    const answer = await observe(options, {
      request: req,
      operation: 'holders-read',
      meta: {
        entityRef: `${kind}:${namespace}/${name}`,
        url: withoutQuery(url),
        method,
      },
      run: async () =>
        service.whoCan(
          await authorizer.entity({
            ref: { kind, namespace, name },
            credentials: await httpAuth.credentials(req),
            needs: { access: true, holders: true },
          }),
          { url, method },
        ),
    });
    res.json(answer);
  });

  router.get('/exposures', async (req, res) => {
    const { host } = req.query;
    const exposures = await observe(options, {
      request: req,
      operation: 'host-exposures-read',
      meta: { host },
      run: async () => {
        await authorizer.require({
          permission: meshAuthPreviewUsePermission,
          credentials: await httpAuth.credentials(req),
        });
        return service.hostExposures(host);
      },
    });
    res.json(exposures);
  });

  router.get('/fleet/findings', async (req, res) => {
    const page = await observe(options, {
      request: req,
      operation: 'fleet-findings-read',
      run: async () => {
        await authorizer.require({
          permission: meshAuthFleetReadPermission,
          credentials: await httpAuth.credentials(req),
        });
        return service.fleetFindings(req.query);
      },
    });
    res.json(page);
  });

  router.get('/fleet/exposures', async (req, res) => {
    const page = await observe(options, {
      request: req,
      operation: 'fleet-exposures-read',
      run: async () => {
        await authorizer.require({
          permission: meshAuthFleetReadPermission,
          credentials: await httpAuth.credentials(req),
        });
        return service.fleetExposures(req.query);
      },
    });
    res.json(page);
  });

  router.get('/sources', async (req, res) => {
    const sources = await observe(options, {
      request: req,
      operation: 'sources-read',
      run: async () => {
        await authorizer.require({
          permission: meshAuthFleetReadPermission,
          credentials: await httpAuth.credentials(req),
        });
        return service.sources();
      },
    });
    res.json(sources);
  });

  return router as unknown as express.Router;
}

/** Tokens may stand in a query, and audit logs must not hold any. */
function withoutQuery(url: string): string {
  return url.split('?')[0];
}

/** A weak tag over all that a reader would see change: ages go on by themselves and do not count. */
function etagOf(body: object): string {
  const text = JSON.stringify(body, (key, value) =>
    key === 'ageSeconds' || key === 'observedAt' || key === 'builtAt'
      ? undefined
      : value,
  );
  return `W/"${createHash('sha256').update(text).digest('base64url')}"`;
}
