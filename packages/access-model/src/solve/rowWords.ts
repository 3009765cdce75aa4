import { AccessRow } from '../access';
import { WhoCanReason } from './types';

/** Workloads that may call past the gateway. @internal */
export function callersOf(rows: AccessRow[]): { principal: string }[] {
  const principals = new Set<string>();
  for (const row of rows) {
    if (
      row.callers.some(
        ({ caller, verdict }) =>
          (caller === 'meshWorkload' || caller === 'plaintextWorkload') &&
          verdict === 'allow',
      )
    ) {
      principals.add('*');
    }
    row.principals.forEach(principal => principals.add(principal));
  }
  return [...principals].sort().map(principal => ({ principal }));
}

/** The ways to be let in, in words. @internal */
export function reasonsOf(rows: AccessRow[]): WhoCanReason[] {
  return rows.flatMap(({ alternatives }) =>
    alternatives.map(({ via, policy, rule, conditions }) => ({
      via,
      policy: policy && `${policy.namespace}/${policy.name}#${rule ?? 0}`,
      conditions: conditions.map(({ words }) => words),
    })),
  );
}
