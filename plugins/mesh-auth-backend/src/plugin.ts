import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  actionsRegistryServiceRef,
  metricsServiceRef,
} from '@backstage/backend-plugin-api/alpha';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { meshAuthPermissions } from '@mesh-auth/plugin-mesh-auth-common';
import {
  MeshAuthSource,
  meshAuthSourcesExtensionPoint,
} from '@mesh-auth/plugin-mesh-auth-node';
import { registerActions } from './actions/registerActions';
import { EntityAuthorizer } from './auth/EntityAuthorizer';
import { createMetrics } from './metrics';
import { createRouter } from './router/createRouter';
import { DefaultMeshAuthService } from './service/DefaultMeshAuthService';
import { SnapshotAnnouncer } from './snapshot/SnapshotAnnouncer';
import { SnapshotStore } from './snapshot/SnapshotStore';
import { ClusterDiscovery } from './sources/cluster/ClusterDiscovery';
import { KubernetesApi } from './sources/cluster/KubernetesApi';
import { createSources } from './sources/createSources';
import { RealmReadingStore } from './sources/keycloak';
import { readSourcesConfig } from './sources/readSourcesConfig';

/**
 * Reads the mesh and the realms and answers where an entity is reachable, who may call it, and why.
 *
 * @public
 */
export const meshAuthPlugin = createBackendPlugin({
  pluginId: 'mesh-auth',
  register(env) {
    const added: MeshAuthSource[] = [];
    env.registerExtensionPoint(meshAuthSourcesExtensionPoint, {
      addSources(...sources) {
        for (const source of sources) {
          if (added.some(({ id }) => id === source.id)) {
            throw new Error(`A source with the id '${source.id}' exists`);
          }
          added.push(source);
        }
      },
    });

    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.rootLifecycle,
        logger: coreServices.logger,
        metricsService: metricsServiceRef,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        signals: signalsServiceRef,
      },
      async init(deps) {
        const { auditor, config, httpAuth, lifecycle, logger } = deps;
        const metrics = createMetrics(deps.metricsService);
        const { folders, clusters } = readSourcesConfig(config);
        const store = new SnapshotStore({ logger, metrics });
        const announcer = new SnapshotAnnouncer({
          store,
          signals: deps.signals,
          logger,
        });
        const configured = createSources({
          config,
          folders,
          logger,
          shared: {
            store: RealmReadingStore.create({ database: deps.database }),
            scheduler: deps.scheduler,
          },
        });
        const discovery = new ClusterDiscovery({
          clusters,
          api: new KubernetesApi({
            auth: deps.auth,
            discovery: deps.discovery,
          }),
          logger,
          metrics,
          add: source => store.add(source),
          remove: id => store.remove(id),
        });

        deps.permissionsRegistry.addPermissions(meshAuthPermissions);
        const service = new DefaultMeshAuthService({ store, metrics });
        const authorizer = new EntityAuthorizer({
          catalog: deps.catalog,
          permissions: deps.permissions,
        });
        registerActions(deps.actionsRegistry, {
          service,
          authorizer,
          auditor,
          metrics,
        });
        deps.httpRouter.use(
          await createRouter({
            service,
            authorizer,
            httpAuth,
            auditor,
            metrics,
          }),
        );

        lifecycle.addStartupHook(() => {
          [...configured, ...added].forEach(source => store.add(source));
          announcer.start();
          discovery.start();
        });
        lifecycle.addShutdownHook(async () => {
          announcer.stop();
          await discovery.stop();
          await store.stop();
        });
      },
    });
  },
});
