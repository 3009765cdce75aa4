import type { Config } from '@backstage/config';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { MeshAuthSource } from '@mesh-auth/plugin-mesh-auth-node';
import { FolderSource } from './folder/FolderSource';
import {
  createKeycloakSources,
  readKeycloakConfig,
  SharedReadings,
} from './keycloak';
import { KeycloakMeshAuthSource } from './KeycloakMeshAuthSource';
import type { FolderConfig } from './readSourcesConfig';

/**
 * Makes the sources that the configuration alone determines; clusters come from the Kubernetes plugin, see
 * ClusterDiscovery.
 *
 * @throws InputError naming the configuration that is wrong
 *
 * @internal
 */
export function createSources(options: {
  config: Config;
  folders: FolderConfig[];
  logger: LoggerService;
  /** Paths are relative to it. Default: the working directory. */
  root?: string;
  /** Lets one replica read Keycloak for all. */
  shared?: SharedReadings;
}): MeshAuthSource[] {
  const { config, folders, logger, root = process.cwd(), shared } = options;
  return [
    ...folders.map(
      folder =>
        new FolderSource({
          ...folder,
          root,
          logger: logger.child({ source: `folder:${folder.id}` }),
        }),
    ),
    ...createKeycloakSources({
      config: readKeycloakConfig(config),
      logger,
      shared,
    }).map(source => new KeycloakMeshAuthSource(source)),
  ];
}
