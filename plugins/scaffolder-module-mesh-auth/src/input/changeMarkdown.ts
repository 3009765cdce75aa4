import {
  DeclaredAccessRow,
  DeclaredChange,
  KeycloakClientRole,
} from '@mesh-auth/access-model';

/** What a name could do to the text around it. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|]/g, '\\$&');
}

/**
 * A change of access for people who review it: what changes, new roles, and the table as it will be.
 *
 * @internal
 */
export function changeMarkdown(options: {
  changes: DeclaredChange[];
  table: DeclaredAccessRow[];
  newRoles: KeycloakClientRole[];
}): string {
  const { changes, table, newRoles } = options;
  const lines = changes.map(
    change =>
      `- ${change.becomesPublic ? '**without login** ' : ''}${escape(
        change.text,
      )}`,
  );
  return [
    '### What changes for callers',
    '',
    ...(lines.length > 0 ? lines : ['Nothing.']),
    ...(newRoles.length > 0
      ? [
          '',
          '### New roles',
          '',
          ...newRoles.map(
            role =>
              `- ${escape(role.name)}${
                role.description ? `: ${escape(role.description)}` : ''
              }`,
          ),
          '',
          'Nobody holds them before an administrator of the realm gives them.',
        ]
      : []),
    '',
    '### Who may call from then on',
    '',
    '| Methods | Path | Who may call |',
    '| --- | --- | --- |',
    ...table.map(
      row =>
        `| ${row.methods.join(', ') || 'every method'} | ${escape(
          row.path,
        )} | ${escape(row.who)} |`,
    ),
    '',
    'What no line names is denied.',
    '',
  ].join('\n');
}
