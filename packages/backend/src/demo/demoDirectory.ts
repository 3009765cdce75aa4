import path from 'node:path';
import { RootConfigService } from '@backstage/backend-plugin-api';

/**
 * The folder in which the demo world keeps what changes: an absolute path, or
 * undefined where the demo is off (`meshAuthDemo` absent or not enabled).
 *
 * A relative path in `meshAuthDemo.directory` starts at the working directory
 * of the backend.
 */
export function demoDirectory(config: RootConfigService): string | undefined {
  const demo = config.getOptionalConfig('meshAuthDemo');
  if (!demo?.getOptionalBoolean('enabled')) {
    return undefined;
  }
  return path.resolve(demo.getString('directory'));
}

/** The folder below the demo's directory that holds one Git repository a service. */
export function repositoriesDirectory(directory: string): string {
  return path.join(directory, 'repositories');
}
