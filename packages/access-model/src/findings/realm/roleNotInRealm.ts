import { RoleRef } from '../../identity';
import { ruleName, rulesOf } from '../policyRules';
import { rulesOfRealm } from './tokenRules';
import { RealmFindingCheck } from './types';

const ROLE_KEY =
  /^request\.auth\.claims\[(?:realm_access|resource_access\]\[([^\]]+))\]\[roles\]$/;

/** @internal */
export const roleNotInRealm: RealmFindingCheck = {
  code: 'MA0101',
  check: scope => {
    const { graph } = scope;
    const { realm, knowledge } = graph.realm;
    if (rulesOfRealm(scope).length === 0) return [];
    return rulesOf(scope).flatMap(scoped =>
      (scoped.rule.when ?? []).flatMap(
        ({ key, values = [], notValues = [] }) => {
          const match = ROLE_KEY.exec(key);
          if (!match) return [];
          const client = match[1];
          // Roles that could not be read are not missing.
          if (client === undefined ? !knowledge.realmRoles : !knowledge.clients)
            return [];
          return [...values, ...notValues]
            .filter(name => !name.includes('*'))
            .filter(name => {
              const ref: RoleRef =
                client === undefined ? { name } : { client, name };
              return graph.role(ref)?.definition === undefined;
            })
            .map(name => ({
              code: 'MA0101',
              severity: 'high' as const,
              title: `Role ${name}${
                client === undefined ? '' : ` of client ${client}`
              } does not exist`,
              object: scoped.policy.ref,
              rule: scoped.index,
              evidence: `${ruleName(
                scoped,
              )} asks for it, and realm ${realm} has ${
                client !== undefined && !graph.client(client)
                  ? `no client ${client}`
                  : 'no such role'
              }, so no token can carry it`,
              fix: `Create the role in realm ${realm}, or name one that exists`,
            }));
        },
      ),
    );
  },
};
