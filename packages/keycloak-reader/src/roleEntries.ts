import { RoleRef } from '@mesh-auth/access-model';
import { expectObject, expectText } from './answers';

/** A role as lists give it: whether it is composite, not of what. */
export interface RoleEntry {
  id: string;
  name: string;
  description?: string;
  composite: boolean;
}

export function readRoleNode(json: unknown): RoleEntry {
  const source = expectObject(json, 'a role');
  return {
    id: expectText(source.id, 'a role id'),
    name: expectText(source.name, 'a role name'),
    description:
      typeof source.description === 'string' && source.description
        ? source.description
        : undefined,
    composite: source.composite === true,
  };
}

/**
 * Reads a role by name.
 *
 * @param owners - clientIds by internal client id
 */
export function readRoleRef(
  json: unknown,
  owners: Map<string, string>,
): RoleRef {
  const source = expectObject(json, 'a role');
  const name = expectText(source.name, 'a role name');
  if (source.clientRole !== true) {
    return { name };
  }
  const owner = expectText(source.containerId, "a role's client");
  // A client that appeared since the clients were read is named by its id.
  return { client: owners.get(owner) ?? owner, name };
}
