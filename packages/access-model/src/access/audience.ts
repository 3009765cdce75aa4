import type { AccessRow, StandingCaller } from './types';

/**
 * Who may do it, in a few words: the widest group of callers that is let in.
 *
 * @internal
 */
export function audienceOf(
  row: Pick<AccessRow, 'callers' | 'alternatives' | 'roles' | 'principals'>,
): string {
  const verdict = (caller: StandingCaller) =>
    row.callers.find(item => item.caller === caller)?.verdict;
  if (verdict('anonymous') === 'allow') return 'anyone';
  const groups: string[] = [];
  if (verdict('tokenWithoutRoles') === 'allow')
    groups.push('anyone with a valid token');
  else if (verdict('loggedIn') === 'allow') groups.push('anyone logged in');
  if (verdict('plaintextWorkload') === 'allow')
    groups.push('anyone in the cluster');
  else if (verdict('meshWorkload') === 'allow')
    groups.push('anyone in the mesh');
  if (groups.length === 0) {
    groups.push(...[...new Set(row.roles.map(({ name }) => name))].sort());
    if (row.roles.length === 0) {
      const words = row.alternatives.map(({ conditions }) =>
        conditions.map(condition => condition.words).join(' and '),
      );
      groups.push(...new Set(words.filter(Boolean)));
    }
  }
  if (groups.length > 0) return groups.join(', ');
  return row.callers.some(item => item.verdict === 'unknown')
    ? 'unknown'
    : 'nobody';
}
