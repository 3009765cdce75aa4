import { RealmClient, RealmGraph, RealmMapper, UserNode } from '../identity';
import { ReferencedClaims } from './referencedClaims';

/**
 * Clients whose tokens differ in nothing but what the clientId itself decides.
 *
 * @internal
 */
export interface ClientShape {
  /** Through which users can sign in. */
  forPeople: RealmClient[];
  /** Enabled service accounts of these clients. */
  accounts: UserNode[];
}

/** What is derived from a realm once, however many questions come. */
interface DerivedFromRealm {
  mappers: RealmMapper[];
  shapes: ClientShape[];
}

const derived = new WeakMap<RealmGraph, DerivedFromRealm>();

/** Whether users can sign in through a client at all. */
function signsIn(client: RealmClient): boolean {
  return (
    client.standardFlowEnabled ||
    client.implicitFlowEnabled ||
    client.directAccessGrantsEnabled ||
    client.attributes['oauth2.device.authorization.grant.enabled'] === 'true'
  );
}

function shapeKey(client: RealmClient): string {
  return JSON.stringify([
    client.mappers,
    client.defaultClientScopes,
    client.optionalClientScopes,
    client.fullScopeAllowed,
    client.scopeMappings,
    client.attributes['client.use.lightweight.access.token.enabled'],
    client.attributes['client_credentials.use_refresh_token'],
  ]);
}

function derive(graph: RealmGraph): DerivedFromRealm {
  const { clients, clientScopes } = graph.realm;
  const shapes = new Map<string, ClientShape>();
  for (const client of clients) {
    if (
      !client.enabled ||
      client.bearerOnly ||
      client.protocol !== 'openid-connect'
    ) {
      continue;
    }
    const key = shapeKey(client);
    const shape = shapes.get(key) ?? { forPeople: [], accounts: [] };
    shapes.set(key, shape);
    if (signsIn(client)) {
      shape.forPeople.push(client);
    }
    const account = client.serviceAccountsEnabled
      ? graph.serviceAccount(client.clientId)
      : undefined;
    if (account?.user.enabled) {
      shape.accounts.push(account);
    }
  }
  return {
    mappers: [
      ...clients.flatMap(client => client.mappers),
      ...clientScopes.flatMap(scope => scope.mappers),
    ],
    shapes: [...shapes.values()],
  };
}

function derivedFrom(graph: RealmGraph): DerivedFromRealm {
  let found = derived.get(graph);
  if (!found) {
    found = derive(graph);
    derived.set(graph, found);
  }
  return found;
}

/** All mappers of a realm. @internal */
export function allMappers(graph: RealmGraph): readonly RealmMapper[] {
  return derivedFrom(graph).mappers;
}

/**
 * Groups clients by what the referenced claims of their tokens depend on:
 * shapes, with those clients apart whose own name makes a difference.
 *
 * @internal
 */
export function clientShapes(
  graph: RealmGraph,
  claims: ReferencedClaims,
): ClientShape[] {
  const { names, roles, audiences } = claims;
  const { shapes } = derivedFrom(graph);
  const allApart =
    !roles ||
    !audiences ||
    ['azp', 'client_id', 'allowed-origins'].some(name => names.has(name));
  // Own roles pass without a mapping, and a client is not its own audience.
  const apart = new Set([
    ...(roles?.map(({ client }) => client) ?? []),
    ...(audiences ?? []),
  ]);
  const isApart = (clientId: string | undefined) =>
    allApart || apart.has(clientId);
  return shapes.flatMap(({ forPeople, accounts }) => {
    const alone: ClientShape[] = [
      ...forPeople
        .filter(({ clientId }) => isApart(clientId))
        .map(client => ({ forPeople: [client], accounts: [] })),
      ...accounts
        .filter(({ user }) => isApart(user.serviceAccountOf))
        .map(account => ({ forPeople: [], accounts: [account] })),
    ];
    return [
      ...alone,
      {
        forPeople: forPeople.filter(({ clientId }) => !isApart(clientId)),
        accounts: accounts.filter(
          ({ user }) => !isApart(user.serviceAccountOf),
        ),
      },
    ];
  });
}
