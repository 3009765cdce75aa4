import {
  AccessDeclaration,
  createMesh,
  decide,
  DeclaredCaller,
  HTTP_METHODS,
  isDeclared,
  Mesh,
  MeshObject,
  RequestToken,
  RoleReference,
} from '@mesh-auth/access-model';

/** A workload and a role that no declaration is likely to name. */
const STRANGER = { namespace: 'mesh-auth-stranger', name: 'stranger' };
const NO_ROLE: RoleReference = { kind: 'client', name: 'mesh-auth-no-role' };

/**
 * A request for which the manifests do something else than the declaration says, or something that cannot be known.
 *
 * @internal
 */
export interface AccessMismatch {
  method: string;
  path: string;
  /** In words. */
  caller: string;
  declared: 'allow' | 'deny';
  decided: 'allow' | 'deny' | 'unknown';
  /** The object that decided, or what is not known. */
  reason: string;
}

function rolesOf(declaration: AccessDeclaration): RoleReference[] {
  const asked = [
    ...declaration.rules.flatMap(rule =>
      rule.access.kind === 'roles' ? rule.access.roles : [],
    ),
    ...declaration.callers.flatMap(rule => rule.roles),
  ];
  const byName = new Map(asked.map(role => [JSON.stringify(role), role]));
  return [...byName.values()];
}

/** Paths of the declaration and of every policy, what lies below and beside them, and one that nothing names. */
function pathsOf(
  declaration: AccessDeclaration,
  objects: readonly MeshObject[],
): string[] {
  const named = [
    ...[...declaration.rules, ...declaration.callers].flatMap(
      rule => rule.paths,
    ),
    ...objects
      .filter(object => object.kind === 'AuthorizationPolicy')
      .flatMap(object => JSON.stringify(object.spec ?? {}).match(/"\/[^"]*"/g))
      .flatMap(text => (text ? [JSON.parse(text) as string] : [])),
  ];
  return [
    ...new Set([
      '/mesh-auth-elsewhere',
      ...named.flatMap(path => {
        const base = path
          .replace(/\{\*{1,2}\}/g, 'x')
          .replace(/\*$/, '')
          .replace(/(?<=.)\/$/, '');
        const below = base === '/' ? '/x' : `${base}/x`;
        return [base || '/', `${base === '/' ? '' : base}/`, below, `${base}X`];
      }),
    ]),
  ];
}

function callersOf(declaration: AccessDeclaration): DeclaredCaller[] {
  const tokens = [
    undefined,
    { roles: [NO_ROLE] },
    ...rolesOf(declaration).map(role => ({ roles: [role] })),
  ];
  const peers: DeclaredCaller['peer'][] = [
    ...(declaration.exposure ? ['gateway' as const] : []),
    STRANGER,
    ...declaration.callers.map(rule => rule.caller),
  ];
  return peers.flatMap(peer =>
    tokens.map(token => ({ peer, ...(token && { token }) })),
  );
}

function tokenOf(
  declaration: AccessDeclaration,
  caller: DeclaredCaller,
): RequestToken | null {
  if (!caller.token) {
    return null;
  }
  const { issuer, clientId } = declaration.identity;
  const names = (kind: RoleReference['kind']) =>
    caller
      .token!.roles.filter(role => role.kind === kind)
      .map(role => role.name);
  return {
    via: 'authorization',
    valid: true,
    prefix: 'Bearer ',
    claims: {
      iss: issuer,
      sub: 'mesh-auth',
      aud: clientId,
      realm_access: { roles: names('realm') },
      resource_access: { [clientId]: { roles: names('client') } },
    },
  };
}

function wordsOf(caller: DeclaredCaller): string {
  const peer =
    caller.peer === 'gateway'
      ? 'someone from outside'
      : `workload ${caller.peer.namespace}/${caller.peer.name}`;
  if (!caller.token) {
    return `${peer} without token`;
  }
  const [role] = caller.token.roles;
  return role === NO_ROLE
    ? `${peer} with a token without roles`
    : `${peer} with role ${role.name}`;
}

function decideOne(options: {
  mesh: Mesh;
  declaration: AccessDeclaration;
  request: { method: string; path: string };
  caller: DeclaredCaller;
}) {
  const { mesh, declaration, request, caller } = options;
  const { service, exposure } = declaration;
  const account =
    caller.peer === 'gateway'
      ? exposure?.gateway.serviceAccount ?? STRANGER
      : caller.peer;
  return decide(mesh, {
    at: {
      kind: 'workload',
      namespace: service.namespace,
      labels: { app: service.name },
      port: service.containerPort,
    },
    ...request,
    scheme: 'http',
    host: exposure?.host ?? service.name,
    token: tokenOf(declaration, caller),
    peer: {
      principal: `cluster.local/ns/${account.namespace}/sa/${account.name}`,
    },
  });
}

/**
 * Holds all manifests of a repository against the declaration that stands in them: every method on every path that any of
 * them names and on its neighbours, for every caller that the declaration tells apart.
 *
 * @returns the number of requests that were decided, and those that came out differently
 *
 * @internal
 */
export function checkAccess(
  declaration: AccessDeclaration,
  objects: readonly MeshObject[],
): { requests: number; mismatches: AccessMismatch[] } {
  const mesh = createMesh({ objects });
  const mismatches: AccessMismatch[] = [];
  let requests = 0;
  for (const path of pathsOf(declaration, objects)) {
    for (const method of HTTP_METHODS) {
      for (const caller of callersOf(declaration)) {
        requests++;
        const request = { method, path };
        const declared = isDeclared(declaration, { ...request, caller })
          ? 'allow'
          : 'deny';
        const decision = decideOne({ mesh, declaration, request, caller });
        if (decision.verdict !== declared) {
          mismatches.push({
            ...request,
            caller: wordsOf(caller),
            declared,
            decided: decision.verdict,
            reason:
              decision.decidedBy ??
              (decision.unknown.join(', ') || 'no policy decides'),
          });
        }
      }
    }
  }
  return { requests, mismatches };
}
