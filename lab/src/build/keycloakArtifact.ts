import path from 'path';
import { versions } from '../versions';
import { mavenArtifact } from './mavenArtifact';
import { runTool } from './runTool';

/**
 * Keycloak, already augmented for PostgreSQL and the `/auth` path of the gateway: `start --optimized` then takes
 * half the time of a first start, and several labs can share the folder because nothing writes to it.
 *
 * @internal
 */
export const keycloakArtifact = mavenArtifact({
  name: 'keycloak',
  version: versions.keycloak,
  cost: 50,
  coordinates: 'org.keycloak:keycloak-quarkus-dist',
  binaries: {},
  async afterUnpack({ target, onProgress }) {
    onProgress('augmenting for PostgreSQL');
    await runTool({
      command: 'sh',
      args: [
        path.join(target, 'bin/kc.sh'),
        'build',
        '--db=postgres',
        '--cache=local',
        '--http-relative-path=/auth',
        '--health-enabled=true',
      ],
      cwd: target,
    });
  },
});
