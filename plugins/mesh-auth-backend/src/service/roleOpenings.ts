import type { RealmGraph, RoleRef } from '@mesh-auth/access-model';
import type { AccessRow, Exposure } from '@mesh-auth/plugin-mesh-auth-common';

/** The role itself and all that it contains. */
function closureOf(graph: RealmGraph, role: RoleRef): RoleRef[] {
  const start = graph.role(role);
  const seen = new Set(start ? [start.index] : []);
  for (const index of seen) {
    graph.roles[index].children.forEach(child => seen.add(child));
  }
  return [...seen].map(index => graph.roles[index].ref);
}

function rowWords({ methods, path }: AccessRow): string {
  const words: Record<string, string> = {
    any: '/*',
    prefix: `${path.value}*`,
    segmentPrefix: `${path.value}/*`,
    suffix: `*${path.value}`,
  };
  return `${methods.join(', ') || 'any method'} ${
    words[path.type] ?? path.value
  }`;
}

/**
 * What a role opens at an entity, in words: `POST /payments`. A composite opens what the roles inside it open.
 *
 * @internal
 */
export function roleOpenings(options: {
  role: RoleRef;
  graph: RealmGraph;
  exposures: readonly Exposure[];
}): string[] {
  const { role, graph, exposures } = options;
  const closure = closureOf(graph, role);
  const { realm } = graph.realm;
  const opens = (row: AccessRow) =>
    row.roles.some(
      use =>
        (use.realm === undefined || use.realm === realm) &&
        closure.some(
          ({ client, name }) => use.name === name && use.client === client,
        ),
    );
  return [
    ...new Set(
      exposures.flatMap(({ access }) => access.filter(opens).map(rowWords)),
    ),
  ];
}
