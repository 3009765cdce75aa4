import {
  effectiveHolders,
  formatRole,
  RealmGraph,
  RoleRef,
} from '@mesh-auth/access-model';
import { KeycloakServer } from './KeycloakServer';

/** A role with the user names that hold it. */
export interface RoleTruth {
  role: RoleRef;
  holders: string[];
}

export interface HolderComparison {
  compared: number;
  truth: RoleTruth[];
  differences: { role: string; missing: string[]; extra: string[] }[];
}

async function page(server: KeycloakServer, path: string): Promise<any[]> {
  const { status, body } = await server.admin('GET', path);
  if (status !== 200) {
    throw new Error(`GET ${path}: ${status}`);
  }
  return body;
}

/** All users, with those of service accounts, which the list leaves out. */
async function allUsers(
  server: KeycloakServer,
  realm: string,
  clients: any[],
): Promise<{ id: string; username: string }[]> {
  const users = await page(
    server,
    `/realms/${realm}/users?max=1000&briefRepresentation=true`,
  );
  for (const client of clients.filter(
    ({ serviceAccountsEnabled }) => serviceAccountsEnabled,
  )) {
    users.push(
      (
        await server.admin(
          'GET',
          `/realms/${realm}/clients/${client.id}/service-account-user`,
        )
      ).body,
    );
  }
  return users;
}

/**
 * Compares the model's holders of every role with each user's effective
 * composite roles, as the Admin API gives them.
 */
export async function compareHolders(options: {
  server: KeycloakServer;
  name: string;
  graph: RealmGraph;
}): Promise<HolderComparison> {
  const { server, name, graph } = options;
  const clients = await page(server, `/realms/${name}/clients?max=1000`);
  const withRoles = clients.filter(
    ({ clientId }) => graph.client(clientId)?.roles.length,
  );
  const held = new Map<string, { role: RoleRef; holders: Set<string> }>();
  const note = (role: RoleRef, username?: string) => {
    const key = formatRole(role);
    const entry = held.get(key) ?? { role, holders: new Set<string>() };
    held.set(key, entry);
    if (username !== undefined) {
      entry.holders.add(username);
    }
  };
  for (const node of graph.roles) {
    note(node.ref);
  }
  for (const { id, username } of await allUsers(server, name, clients)) {
    const base = `/realms/${name}/users/${id}/role-mappings`;
    for (const role of await page(server, `${base}/realm/composite`)) {
      note({ name: role.name }, username);
    }
    for (const client of withRoles) {
      for (const role of await page(
        server,
        `${base}/clients/${client.id}/composite`,
      )) {
        note({ client: client.clientId, name: role.name }, username);
      }
    }
  }
  const differences: HolderComparison['differences'] = [];
  for (const [label, { role, holders }] of held) {
    const model = new Set(
      effectiveHolders(graph, role)
        ?.holders.filter(({ type }) => type !== 'group')
        .map(holder => holder.name),
    );
    const missing = [...holders].filter(holder => !model.has(holder));
    const extra = [...model].filter(holder => !holders.has(holder));
    if (missing.length + extra.length > 0) {
      differences.push({ role: label, missing, extra });
    }
  }
  return {
    compared: held.size,
    truth: [...held.values()].map(({ role, holders }) => ({
      role,
      holders: [...holders].sort(),
    })),
    differences,
  };
}
