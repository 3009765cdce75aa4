import { LoggerService } from '@backstage/backend-plugin-api';
import { KeycloakConfig } from './config';
import { KeycloakRealmSource } from './KeycloakRealmSource';
import { RealmExportSource } from './RealmExportSource';
import { KeycloakSource } from './types';

/** Makes a source for every configured realm and realm export. */
export function createKeycloakSources(options: {
  config: KeycloakConfig;
  logger: LoggerService;
}): KeycloakSource[] {
  const { config, logger } = options;
  return [
    ...config.instances.flatMap(instance =>
      instance.realms.map(realm =>
        KeycloakRealmSource.create({ instance, realm, logger }),
      ),
    ),
    ...config.exports.map(entry =>
      RealmExportSource.create({ ...entry, logger }),
    ),
  ];
}
