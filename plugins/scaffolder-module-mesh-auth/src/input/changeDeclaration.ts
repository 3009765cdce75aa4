import { InputError } from '@backstage/errors';
import {
  AccessDeclaration,
  AccessRule,
  HTTP_METHODS,
} from '@mesh-auth/access-model';
import { ClientRoleInput } from './buildDeclaration';
import {
  CallerInput,
  readCallers,
  readPaths,
  readRules,
  RuleInput,
} from './readRules';

/**
 * A change of access in the form's words.
 *
 * @internal
 */
export interface ChangeInput {
  rules?: RuleInput[];
  addRules?: RuleInput[];
  removeRules?: { path: string; methods?: string[] }[];
  addCallers?: CallerInput[];
  removeCallers?: string[];
  addRoles?: ClientRoleInput[];
}

/** A rule without a path, or without some of its methods there: what is left may be two rules, one or none. */
function withoutPath(
  rule: AccessRule,
  path: string,
  methods: string[],
): AccessRule[] {
  if (!rule.paths.includes(path)) {
    return [rule];
  }
  const named = rule.methods.length > 0 ? rule.methods : [...HTTP_METHODS];
  const left =
    methods.length === 0
      ? []
      : named.filter(method => !methods.includes(method));
  if (left.length === named.length) {
    return [rule];
  }
  const others = rule.paths.filter(other => other !== path);
  return [
    ...(others.length > 0 ? [{ ...rule, paths: others }] : []),
    ...(left.length > 0 ? [{ ...rule, methods: left, paths: [path] }] : []),
  ];
}

/** A list with what it does not hold yet, so that a change which was made before changes nothing. */
function withAdded<T>(list: T[], added: T[]): T[] {
  const known = new Set(list.map(item => JSON.stringify(item)));
  return [...list, ...added.filter(item => !known.has(JSON.stringify(item)))];
}

/**
 * Applies a change to a declaration.
 *
 * @throws InputError naming the field, for a path to close that is not open
 *
 * @internal
 */
export function changeDeclaration(
  declaration: AccessDeclaration,
  input: ChangeInput,
): AccessDeclaration {
  const prefix = declaration.exposure?.pathPrefix ?? '/';
  let rules = input.rules
    ? readRules(input.rules, 'rules', prefix)
    : declaration.rules;
  (input.removeRules ?? []).forEach((removal, index) => {
    const [path] = readPaths([removal.path], prefix);
    const kept = rules.flatMap(rule =>
      withoutPath(rule, path, removal.methods ?? []),
    );
    if (JSON.stringify(kept) === JSON.stringify(rules)) {
      throw new InputError(
        `removeRules[${index}]: no rule names ${path}${
          removal.methods ? ` for ${removal.methods.join(', ')}` : ''
        }`,
      );
    }
    rules = kept;
  });
  let { callers } = declaration;
  (input.removeCallers ?? []).forEach((workload, index) => {
    const kept = callers.filter(
      ({ caller }) => `${caller.namespace}/${caller.name}` !== workload,
    );
    if (kept.length === callers.length) {
      throw new InputError(`removeCallers[${index}]: ${workload} is no caller`);
    }
    callers = kept;
  });
  return {
    ...declaration,
    rules: withAdded(
      rules,
      readRules(input.addRules ?? [], 'addRules', prefix),
    ),
    callers: withAdded(callers, readCallers(input.addCallers ?? [], prefix)),
  };
}
