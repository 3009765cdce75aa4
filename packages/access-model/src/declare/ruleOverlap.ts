import { AccessRule, DeclarationProblem, RuleAccess } from './types';
import { coversPath, pathPattern, pathsIntersect } from './pathPattern';

/** Whether everyone whom `narrow` lets in is let in by `wide` as well. */
function letsInAtLeast(wide: RuleAccess, narrow: RuleAccess): boolean {
  if (wide.kind === 'public') {
    return true;
  }
  if (wide.kind === 'loggedIn') {
    return narrow.kind !== 'public';
  }
  return (
    narrow.kind === 'roles' &&
    narrow.roles.every(role =>
      wide.roles.some(
        other => other.kind === role.kind && other.name === role.name,
      ),
    )
  );
}

function shareMethod(a: AccessRule, b: AccessRule): boolean {
  return (
    a.methods.length === 0 ||
    b.methods.length === 0 ||
    a.methods.some(method => b.methods.includes(method))
  );
}

/** @internal */
export function describeAccess(access: RuleAccess): string {
  switch (access.kind) {
    case 'public':
      return 'public';
    case 'loggedIn':
      return 'anyone logged in';
    default:
      return `role ${access.roles.map(role => role.name).join(' or ')}`;
  }
}

/**
 * Finds rules that would open each other's paths.
 *
 * @remarks
 * ALLOW rules add up: `/*` for anyone logged in also opens `/admin/*`, whatever a second rule asks there. Taking
 * the narrow paths out of the broad rule with `notPaths` would leave their other spellings (`/Admin`, `//admin`,
 * `/admin;x`) open to a service that takes them for the same, so such a declaration is refused instead.
 */
export function overlapProblems(rules: AccessRule[]): DeclarationProblem[] {
  const problems: DeclarationProblem[] = [];
  for (let second = 0; second < rules.length; second++) {
    rules[second].paths.forEach((path, pathIndex) => {
      const pattern = pathPattern(path);
      const field = `rules[${second}].paths[${pathIndex}]`;
      const earlierInRule = rules[second].paths
        .slice(0, pathIndex)
        .find(other => pathsIntersect(pathPattern(other), pattern));
      if (earlierInRule !== undefined) {
        problems.push({
          field,
          message: `${path} and ${earlierInRule} overlap within one rule; keep the broader one`,
        });
      }
      for (let first = 0; first < second; first++) {
        const other = rules[first];
        if (!shareMethod(other, rules[second])) {
          continue;
        }
        for (const otherPath of other.paths) {
          const reason = conflict(
            { path: otherPath, access: other.access },
            { path, access: rules[second].access },
          );
          if (reason) {
            problems.push({ field, message: reason });
          }
        }
      }
    });
  }
  return problems;
}

function conflict(
  a: { path: string; access: RuleAccess },
  b: { path: string; access: RuleAccess },
): string | undefined {
  const patternA = pathPattern(a.path);
  const patternB = pathPattern(b.path);
  if (!pathsIntersect(patternA, patternB)) {
    return undefined;
  }
  const aCoversB = coversPath(patternA, patternB);
  const bCoversA = coversPath(patternB, patternA);
  if (aCoversB && bCoversA) {
    return `${b.path} has a rule for the same methods already; say who may call it in one rule`;
  }
  if (!aCoversB && !bCoversA) {
    return letsInAtLeast(a.access, b.access) &&
      letsInAtLeast(b.access, a.access)
      ? undefined
      : `${a.path} and ${
          b.path
        } share some paths, which would be open to ${describeAccess(
          a.access,
        )} and to ${describeAccess(b.access)} alike`;
  }
  const [broad, narrow] = aCoversB ? [a, b] : [b, a];
  return letsInAtLeast(narrow.access, broad.access)
    ? undefined
    : `${broad.path} (${describeAccess(broad.access)}) includes ${
        narrow.path
      } (${describeAccess(
        narrow.access,
      )}), and the broader rule would open it; name the paths of the broader rule one by one`;
}
