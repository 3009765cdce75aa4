import { AnyObject } from './KubernetesClient';

/**
 * Of the objects in the cluster, those that are not wanted any more.
 *
 * @internal
 */
export function objectsToPrune(
  present: readonly AnyObject[],
  wanted: readonly AnyObject[],
): AnyObject[] {
  // The cluster may serve an object in another version than the one in which it was written.
  const identity = ({ apiVersion, kind, metadata }: AnyObject) => {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    return [group, kind, metadata.namespace ?? '', metadata.name].join('|');
  };
  const keep = new Set(wanted.map(identity));
  return present.filter(object => !keep.has(identity(object)));
}
