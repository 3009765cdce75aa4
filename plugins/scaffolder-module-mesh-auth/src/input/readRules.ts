import { InputError } from '@backstage/errors';
import { AccessRule, CallerRule } from '@mesh-auth/access-model';
import { readRoleReferences } from './roleReferences';

/**
 * A rule in the form's words.
 *
 * @internal
 */
export interface RuleInput {
  paths: string[];
  methods?: string[];
  access: 'public' | 'loggedIn' | 'roles';
  roles?: string[];
}

/**
 * A caller inside the mesh in the form's words.
 *
 * @internal
 */
export interface CallerInput {
  workload: string;
  paths: string[];
  methods?: string[];
  roles?: string[];
}

/**
 * Paths as the mesh sees them: below the service's own, and with "any segment" for a name in braces, which is for
 * people.
 *
 * @internal
 */
export function readPaths(paths: string[], prefix: string): string[] {
  return paths.map(path => {
    const pattern = path.replace(/\{[A-Za-z][A-Za-z0-9_-]*\}/g, '{*}');
    if (prefix === '/') {
      return pattern;
    }
    return pattern === '/' ? prefix : `${prefix}${pattern}`;
  });
}

/**
 * Rules of a form as a declaration has them.
 *
 * @param field - name of the list in the form, for messages
 * @param prefix - path of the service, below which the rules' paths lie
 *
 * @internal
 */
export function readRules(
  rules: RuleInput[],
  field: string,
  prefix: string,
): AccessRule[] {
  return rules.map((rule, index) => {
    const roles = rule.roles ?? [];
    if (rule.access !== 'roles' && roles.length > 0) {
      throw new InputError(
        `${field}[${index}].roles: roles are asked for, but access is ${rule.access}`,
      );
    }
    return {
      methods: rule.methods ?? [],
      paths: readPaths(rule.paths, prefix),
      access:
        rule.access === 'roles'
          ? { kind: 'roles', roles: readRoleReferences(roles) }
          : { kind: rule.access },
    };
  });
}

/** Callers of a form as a declaration has them. @internal */
export function readCallers(
  callers: CallerInput[],
  prefix: string,
): CallerRule[] {
  return callers.map(caller => {
    const [namespace, name] = caller.workload.split('/');
    return {
      caller: { namespace, name },
      methods: caller.methods ?? [],
      paths: readPaths(caller.paths, prefix),
      roles: readRoleReferences(caller.roles ?? []),
    };
  });
}
