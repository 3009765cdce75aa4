import {
  ExplainCallerKind,
  ExplainQuestion,
} from '@mesh-auth/plugin-mesh-auth-common';

/** What the form of "Try a request" holds, all as text. */
export interface TryForm {
  method: string;
  url: string;
  caller: ExplainCallerKind;
  /** Roles, separated by commas; `client/role` names the role of a client. */
  roles: string;
  /** Mesh identity of a calling workload. */
  principal: string;
}

/** The kinds of callers, from outside to inside. */
export const callerKinds: ExplainCallerKind[] = [
  'anonymous',
  'loggedIn',
  'token',
  'workload',
];

/** Whether a caller of this kind has a token that carries roles. */
export function carriesRoles(caller: ExplainCallerKind): boolean {
  return caller === 'loggedIn' || caller === 'token';
}

/** Reads a form out of the query of an address; what is missing comes from `defaults`. */
export function formFromSearch(search: string, defaults: TryForm): TryForm {
  const params = new URLSearchParams(search);
  const caller = callerKinds.find(kind => kind === params.get('caller'));
  return {
    method: params.get('method') ?? defaults.method,
    url: params.get('url') ?? defaults.url,
    caller: caller ?? defaults.caller,
    roles: params.get('roles') ?? defaults.roles,
    principal: params.get('principal') ?? defaults.principal,
  };
}

/** The query of an address that leads to the same question. */
export function searchOfForm(form: TryForm): string {
  const { method, url, caller, roles, principal } = form;
  return `?${new URLSearchParams({
    method,
    url,
    caller,
    ...(carriesRoles(caller) && roles ? { roles } : {}),
    ...(caller === 'workload' && principal ? { principal } : {}),
  })}`;
}

/** The question that a form asks. */
export function questionOfForm(form: TryForm): ExplainQuestion {
  const roles = form.roles
    .split(',')
    .map(role => role.trim())
    .filter(Boolean);
  const clientRoles = roles
    .filter(role => role.includes('/'))
    .map(role => ({
      client: role.slice(0, role.indexOf('/')),
      name: role.slice(role.indexOf('/') + 1),
    }));
  return {
    url: form.url.trim(),
    method: form.method,
    caller: {
      kind: form.caller,
      ...(carriesRoles(form.caller)
        ? {
            realmRoles: roles.filter(role => !role.includes('/')),
            clientRoles,
          }
        : {}),
      ...(form.caller === 'workload' && form.principal.trim()
        ? { principal: form.principal.trim() }
        : {}),
    },
  };
}

/** The request as a command for a shell; a token is left for the reader to fill in. */
export function curlOfForm(form: TryForm): string {
  const quote = (text: string) => `'${text.replace(/'/g, `'\\''`)}'`;
  return [
    'curl -i',
    form.method === 'GET' ? undefined : `-X ${form.method}`,
    form.caller === 'token' ? '-H "Authorization: Bearer $TOKEN"' : undefined,
    quote(form.url.trim()),
  ]
    .filter(Boolean)
    .join(' ');
}
