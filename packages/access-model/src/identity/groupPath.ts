/** The least that a group tree needs in order to be walked. */
interface GroupNode<T> {
  name: string;
  subGroups: T[];
}

/**
 * Finds the group that Keycloak would find for a path.
 *
 * @remarks
 * Slashes in group names are not escaped by default, so `/a/b/c` may be
 * `a` > `b` > `c` or `a` > `b/c`. As `KeycloakModelUtils.findGroupByPath` does,
 * the shortest name that exists at each level is taken, with no way back.
 *
 * @internal
 */
export function findGroupByPath<T extends GroupNode<T>>(
  groups: readonly T[],
  path: string,
): T | undefined {
  const segments = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  let level: readonly T[] = groups;
  let found: T | undefined;
  let name = '';
  for (const segment of segments) {
    name += segment;
    const wanted = name;
    const group = level.find(candidate => candidate.name === wanted);
    if (group) {
      found = group;
      level = group.subGroups;
      name = '';
    } else {
      name += '/';
    }
  }
  return name === '' ? found : undefined;
}

/**
 * The path of a group as Keycloak prints it
 * (`KeycloakModelUtils.buildGroupPath` without escaping).
 *
 * @internal
 */
export function joinGroupPath(parent: string | undefined, name: string) {
  return `${parent ?? ''}/${name}`;
}
