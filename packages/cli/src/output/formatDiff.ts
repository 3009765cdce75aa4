import type { AccessDifference } from '@mesh-auth/access-model';

/** Formats of `mesh-auth diff`. */
export const DIFF_FORMATS = ['text', 'markdown', 'json', 'sarif'] as const;

/** One of {@link DIFF_FORMATS}. */
export type DiffFormat = (typeof DIFF_FORMATS)[number];

function pathOf({ path }: AccessDifference): string {
  const star = path.type === 'prefix' || path.type === 'segmentPrefix';
  return path.type === 'suffix'
    ? `*${path.value}`
    : `${path.value}${star ? '*' : ''}`;
}

/** Differences that say the same of several methods of a path. */
interface Group extends AccessDifference {
  methods: string[];
}

function grouped(differences: AccessDifference[]): Group[] {
  const groups = new Map<string, Group>();
  for (const difference of differences) {
    const { address, path, kind, gained, lost, after, before } = difference;
    const key = JSON.stringify([
      address,
      path,
      kind,
      gained,
      lost,
      before,
      after,
    ]);
    const group = groups.get(key);
    if (group) group.methods.push(difference.method);
    else groups.set(key, { ...difference, methods: [difference.method] });
  }
  return [...groups.values()];
}

function sentences(group: Group): string[] {
  return [
    ...group.gained.map(who => `+ ${who}`),
    ...group.lost.map(who => `- ${who}`),
    ...(group.kind === 'unknown'
      ? [`? ${group.after.unknown.join('; ') || 'known now'}`]
      : []),
  ];
}

function placeOf(group: Group): string {
  return `${group.methods.join(',')} ${group.address}${pathOf(group)}`;
}

function text(groups: Group[]): string {
  if (groups.length === 0) return 'Nobody gains or loses anything.\n';
  return groups
    .map(group =>
      [
        `${group.kind}${
          group.becomesPublic ? ' (without login)' : ''
        }: ${placeOf(group)}`,
        ...sentences(group).map(line => `  ${line}`),
        '',
      ].join('\n'),
    )
    .join('');
}

/** Names come from manifests, and Markdown would take some of them for markup. */
function escape(value: string): string {
  return value.replace(/[\\`*_{}[\]<>|]/g, '\\$&');
}

function markdown(groups: Group[]): string {
  if (groups.length === 0) return 'Nobody gains or loses anything.\n';
  const rows = groups.map(group => {
    const cell = (lines: string[]) => lines.map(escape).join('<br>') || '—';
    const label = group.becomesPublic
      ? `**${group.kind}, without login**`
      : group.kind;
    const unknown = group.kind === 'unknown' ? group.after.unknown : [];
    return `| ${label} | ${escape(placeOf(group))} | ${cell([
      ...group.gained,
      ...unknown,
    ])} | ${cell(group.lost)} |`;
  });
  return [
    '| Change | Where | Gains | Loses |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function sarif(groups: Group[]): string {
  const level = (group: Group) => {
    if (group.becomesPublic) return 'error';
    return group.gained.length > 0 ? 'warning' : 'note';
  };
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'mesh-auth',
              rules: [...new Set(groups.map(({ kind }) => kind))].map(kind => ({
                id: `access-${kind}`,
              })),
            },
          },
          results: groups.map(group => ({
            ruleId: `access-${group.kind}`,
            level: level(group),
            message: { text: [placeOf(group), ...sentences(group)].join('\n') },
            locations: [
              { logicalLocations: [{ fullyQualifiedName: placeOf(group) }] },
            ],
          })),
        },
      ],
    },
    undefined,
    2,
  )}\n`;
}

/** An access change for people (text, markdown) and for programs (json, one object a line; sarif). */
export function formatDiff(
  differences: AccessDifference[],
  format: DiffFormat,
): string {
  const groups = grouped(differences);
  switch (format) {
    case 'json':
      return differences
        .map(difference => `${JSON.stringify(difference)}\n`)
        .join('');
    case 'markdown':
      return markdown(groups);
    case 'sarif':
      return sarif(groups);
    default:
      return text(groups);
  }
}
