import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import type { ClusterConfig } from './cluster/ClusterDiscovery';

/** @internal */
export interface FolderConfig {
  id: string;
  title: string;
  paths: string[];
  polling: boolean;
}

/** @internal */
export interface SourcesConfig {
  folders: FolderConfig[];
  /** Undefined means all clusters of the Kubernetes plugin. */
  clusters: ClusterConfig[] | undefined;
}

function readFolder(config: Config): FolderConfig {
  const id = config.getString('id');
  const paths = config.getStringArray('paths');
  if (paths.length === 0) {
    throw new InputError(`meshAuth.folders '${id}' names no path`);
  }
  return {
    id,
    title: config.getOptionalString('title') ?? id,
    paths,
    polling: config.getOptionalBoolean('polling') ?? false,
  };
}

function readCluster(config: Config): ClusterConfig {
  return {
    name: config.getString('name'),
    title: config.getOptionalString('title'),
    meshConfigMap: {
      namespace:
        config.getOptionalString('meshConfigMap.namespace') ?? 'istio-system',
      name: config.getOptionalString('meshConfigMap.name') ?? 'istio',
    },
  };
}

/**
 * Reads `meshAuth.folders` and `meshAuth.clusters`.
 *
 * @throws InputError naming what is wrong
 *
 * @internal
 */
export function readSourcesConfig(root: Config): SourcesConfig {
  const folders =
    root.getOptionalConfigArray('meshAuth.folders')?.map(readFolder) ?? [];
  const clusters = root
    .getOptionalConfigArray('meshAuth.clusters')
    ?.map(readCluster);
  const names = [
    ...folders.map(({ id }) => id),
    ...(clusters ?? []).map(({ name }) => name),
  ];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InputError(
      `meshAuth.folders and meshAuth.clusters name '${twice}' twice`,
    );
  }
  return { folders, clusters };
}
