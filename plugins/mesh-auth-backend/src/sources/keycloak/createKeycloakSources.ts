import { LoggerService } from '@backstage/backend-plugin-api';
import { KeycloakConfig } from './config';
import { KeycloakRealmSource, SharedReadings } from './KeycloakRealmSource';
import { RealmExportSource } from './RealmExportSource';
import { KeycloakSource } from './types';

/** Makes a source for every configured realm and realm export. */
export function createKeycloakSources(options: {
  config: KeycloakConfig;
  logger: LoggerService;
  /** Lets one replica read Keycloak for all. */
  shared?: SharedReadings;
}): KeycloakSource[] {
  const { config, logger, shared } = options;
  return [
    ...config.instances.flatMap(instance =>
      instance.realms.map(realm =>
        KeycloakRealmSource.create({ instance, realm, logger, shared }),
      ),
    ),
    ...config.exports.map(entry =>
      RealmExportSource.create({ ...entry, logger }),
    ),
  ];
}
