import { AccessDeclaration } from './types';
import { declaredAccessTable } from './declaredAccess';

/**
 * One difference between two declarations, in terms of who may call what.
 *
 * @public
 */
export interface DeclaredChange {
  /** `opened` and `closed`: a path and method that had, or has, no rule. `changed`: somebody else may call. */
  kind: 'opened' | 'closed' | 'changed' | 'address';
  /** One sentence. */
  text: string;
  /** Whether someone may call without any login who could not before. */
  becomesPublic: boolean;
}

const EVERY_METHOD = 'every method';

/** Who may call, by method and path; several rules for the same are joined. */
function cellsOf(declaration: AccessDeclaration): Map<string, string[]> {
  const cells = new Map<string, string[]>();
  for (const row of declaredAccessTable(declaration)) {
    const methods = row.methods.length > 0 ? row.methods : [EVERY_METHOD];
    for (const method of methods) {
      const cell = `${method} ${row.path}`;
      cells.set(cell, [...(cells.get(cell) ?? []), row.who].sort());
    }
  }
  return cells;
}

function addressOf(declaration: AccessDeclaration): string {
  const { exposure } = declaration;
  if (!exposure) {
    return 'inside the mesh only';
  }
  const path = exposure.pathPrefix === '/' ? '' : exposure.pathPrefix;
  return `${exposure.host}${path}, ${
    exposure.loginWall ? 'with login page' : 'without login page'
  }`;
}

function joined(who: string[]): string {
  return who.join('; ');
}

/**
 * Says in words what changes for callers between two declarations of a service, for the body of a pull request.
 *
 * @returns an empty list when nothing changes for anybody, however different the files are
 *
 * @public
 */
export function describeAccessChange(
  before: AccessDeclaration,
  after: AccessDeclaration,
): DeclaredChange[] {
  const changes: DeclaredChange[] = [];
  if (addressOf(before) !== addressOf(after)) {
    changes.push({
      kind: 'address',
      text: `Reached at ${addressOf(after)}; before: ${addressOf(before)}`,
      becomesPublic: false,
    });
  }
  const old = cellsOf(before);
  const now = cellsOf(after);
  for (const [cell, who] of now) {
    const was = old.get(cell);
    const becomesPublic =
      who.includes('public') && !(was?.includes('public') ?? false);
    if (!was) {
      changes.push({
        kind: 'opened',
        text: `${cell}: opened to ${joined(who)}`,
        becomesPublic,
      });
    } else if (joined(was) !== joined(who)) {
      changes.push({
        kind: 'changed',
        text: `${cell}: ${joined(who)}; before: ${joined(was)}`,
        becomesPublic,
      });
    }
  }
  for (const [cell, was] of old) {
    if (!now.has(cell)) {
      changes.push({
        kind: 'closed',
        text: `${cell}: closed; before: ${joined(was)}`,
        becomesPublic: false,
      });
    }
  }
  return changes;
}
