import { JwtRule, jwtRulesFor } from '../../authn';
import { RealmClient, RealmGraph, RealmMapper } from '../../identity';
import { proxyOf } from '../policyRules';
import { RealmFindingScope } from './types';

/** The rules of a scope that take tokens, each once. @internal */
export function jwtRulesOf({
  mesh,
  workloads,
  exposures,
}: RealmFindingScope): JwtRule[] {
  const rules = new Map<string, JwtRule>();
  const proxies = [
    ...workloads.map(proxyOf),
    ...exposures.map(({ exposure }) => exposure.proxy),
  ];
  for (const proxy of proxies) {
    for (const rule of jwtRulesFor(mesh, proxy)) {
      const { namespace, name } = rule.policy;
      rules.set(`${namespace}/${name}#${rule.index}`, rule);
    }
  }
  return [...rules.values()];
}

/** The rules whose issuer is the realm, by its usual path. @internal */
export function rulesOfRealm(scope: RealmFindingScope): JwtRule[] {
  const path = `/realms/${scope.graph.realm.realm}`;
  return jwtRulesOf(scope).filter(({ issuer }) => issuer.endsWith(path));
}

/** Mappers that may act in a client's tokens, optional scopes included. @internal */
export function mappersOf(
  graph: RealmGraph,
  client: RealmClient,
  options: { optional: boolean },
): RealmMapper[] {
  const names = new Set([
    ...client.defaultClientScopes,
    ...(options.optional ? client.optionalClientScopes : []),
  ]);
  return [
    ...client.mappers,
    ...graph.realm.clientScopes
      .filter(({ name }) => names.has(name))
      .flatMap(({ mappers }) => mappers),
  ];
}

/** Whether users or a service account get tokens through a client. @internal */
export function issuesTokens(client: RealmClient): boolean {
  return (
    !client.bearerOnly &&
    (client.standardFlowEnabled ||
      client.implicitFlowEnabled ||
      client.directAccessGrantsEnabled ||
      client.serviceAccountsEnabled)
  );
}
