import {
  AccessDeclaration,
  RoleReference,
  RuleAccess,
  ServiceAccountDeclaration,
} from './types';
import { matchesPath } from './pathPattern';

/**
 * A caller as the declaration knows callers. `gateway`: from outside, through the gateway. Otherwise a workload of the mesh.
 *
 * @public
 */
export interface DeclaredCaller {
  /** Whose mesh identity the request arrives with. */
  peer: 'gateway' | ServiceAccountDeclaration;
  /** A valid token of the realm for this service; absent for a caller without one. */
  token?: { roles: RoleReference[] };
}

/**
 * What the declaration itself says about one request at the workload, without looking at any manifest. Tests and checks
 * hold the manifests against it.
 *
 * @param request - method in upper case, path without query
 *
 * @public
 */
export function isDeclared(
  declaration: AccessDeclaration,
  request: { method: string; path: string; caller: DeclaredCaller },
): boolean {
  const { peer, token } = request.caller;
  const holds = (access: RuleAccess) =>
    access.kind === 'public' ||
    (token !== undefined &&
      (access.kind === 'loggedIn' ||
        access.roles.some(role =>
          token.roles.some(
            held => held.kind === role.kind && held.name === role.name,
          ),
        )));
  const names = (rule: { methods: string[]; paths: string[] }) =>
    (rule.methods.length === 0 || rule.methods.includes(request.method)) &&
    rule.paths.some(path => matchesPath(path, request.path));
  const throughGateway =
    peer === 'gateway' ||
    declaration.exposure?.gateway.serviceAccount === undefined;
  return (
    (throughGateway &&
      declaration.rules.some(rule => names(rule) && holds(rule.access))) ||
    (peer !== 'gateway' &&
      declaration.callers.some(
        rule =>
          rule.caller.namespace === peer.namespace &&
          rule.caller.name === peer.name &&
          names(rule) &&
          (rule.roles.length === 0 ||
            holds({ kind: 'roles', roles: rule.roles })),
      ))
  );
}

/**
 * A row of the table that a declaration amounts to, in words.
 *
 * @public
 */
export interface DeclaredAccessRow {
  /** Upper case; empty for every method. */
  methods: string[];
  /** As declared, for example `/items/*`. */
  path: string;
  /** For example `role reader or admin`, `anyone logged in`, `public`, `workload shop/orders`. */
  who: string;
}

/** The declaration as a table, in its own order. @public */
export function declaredAccessTable(
  declaration: AccessDeclaration,
): DeclaredAccessRow[] {
  const roleWords = (roles: RoleReference[]) =>
    `role ${roles
      .map(role =>
        role.kind === 'realm' ? `${role.name} (of the realm)` : role.name,
      )
      .join(' or ')}`;
  return [
    ...declaration.rules.flatMap(rule =>
      rule.paths.map(path => {
        let who = 'public';
        if (rule.access.kind === 'loggedIn') {
          who = 'anyone logged in';
        } else if (rule.access.kind === 'roles') {
          who = roleWords(rule.access.roles);
        }
        return { methods: rule.methods, path, who };
      }),
    ),
    ...declaration.callers.flatMap(rule =>
      rule.paths.map(path => ({
        methods: rule.methods,
        path,
        who: `workload ${rule.caller.namespace}/${rule.caller.name}${
          rule.roles.length > 0 ? ` with ${roleWords(rule.roles)}` : ''
        }`,
      })),
    ),
  ];
}
