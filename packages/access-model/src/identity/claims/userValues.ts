import { AttributeKnowledge, RealmGroup, RealmUser } from '../types';
import { TextCollection } from './convert';
import { EffectContext } from './Effect';
import { UnknownValue } from './UnknownValue';

/** Fields of a user that also answer as attributes (`UserModel`). */
const fieldNames = ['username', 'email', 'firstName', 'lastName'] as const;

function isFieldName(name: string): name is (typeof fieldNames)[number] {
  return (fieldNames as readonly string[]).includes(name);
}

function isKnown(known: AttributeKnowledge, name: string): boolean {
  if (typeof known === 'string') {
    return known === 'all';
  }
  return 'shown' in known
    ? known.shown.includes(name)
    : !known.hidden.includes(name);
}

function ownValues(
  user: RealmUser,
  name: string,
  known: AttributeKnowledge,
): (string | null)[] {
  if (isFieldName(name)) {
    return [user[name] ?? null];
  }
  const values = user.attributes[name] ?? [];
  if (values.length === 0 && !isKnown(known, name)) {
    throw new UnknownValue(`attribute ${name} may be missing in the source`);
  }
  return values;
}

/** Values of a group and its parents, nearest first or all together. */
function groupValues(options: {
  context: EffectContext;
  group: number;
  name: string;
  aggregate: boolean;
}): Set<string> {
  const { context, name, aggregate } = options;
  const values = new Set<string>();
  let index: number | undefined = options.group;
  while (index !== undefined) {
    const { group, parent }: { group: RealmGroup; parent?: number } =
      context.graph.groups[index];
    (group.attributes[name] ?? []).forEach(value => values.add(value));
    if (values.size > 0 && !aggregate) {
      break;
    }
    index = parent;
  }
  return values;
}

/**
 * The values of an attribute of a user, or of its groups where the user has
 * none; with `aggregate` of all of them.
 *
 * @remarks
 * The rules of `KeycloakModelUtils.resolveAttribute`.
 *
 * @throws UnknownValue where attributes are missing in the source, or the
 * first of several groups decides
 *
 * @internal
 */
export function userAttribute(options: {
  context: EffectContext;
  name: string;
  groups: boolean;
  aggregate: boolean;
}): TextCollection {
  const { context, name, groups, aggregate } = options;
  const { knowledge } = context.graph.realm;
  const own = ownValues(context.user.user, name, knowledge.userAttributes);
  if (!groups || (own.length > 0 && !aggregate)) {
    return { items: own, unordered: false };
  }
  if (!knowledge.groups) {
    throw new UnknownValue('group memberships were not read');
  }
  const byGroup = context.user.groups
    .map(group => groupValues({ context, group, name, aggregate }))
    .filter(values => values.size > 0);
  if (aggregate) {
    const all = new Set<string | null>(own);
    byGroup.forEach(values => values.forEach(value => all.add(value)));
    return { items: [...all], unordered: true };
  }
  const [first] = byGroup;
  if (first === undefined) {
    return { items: [], unordered: true };
  }
  const text = (values: Set<string>) => JSON.stringify([...values].sort());
  if (byGroup.some(values => text(values) !== text(first))) {
    throw new UnknownValue('several groups have different values');
  }
  return { items: [...first], unordered: true };
}

/**
 * A property of a user as the getters of Keycloak's `UserModel` give it.
 *
 * @throws UnknownValue for a getter whose value is not in the realm
 *
 * @internal
 */
export function userProperty(
  context: EffectContext,
  name: string,
): string | undefined {
  const { user } = context.user;
  const property = name[0].toLowerCase() + name.slice(1);
  const known = (value: string | undefined): string => {
    if (value === undefined) {
      throw new UnknownValue(`${property} of the user is not in the source`);
    }
    return value;
  };
  switch (property) {
    case 'username':
    case 'email':
    case 'firstName':
    case 'lastName':
      return user[property];
    case 'enabled':
      return String(user.enabled);
    case 'emailVerified':
      return String(user.emailVerified);
    case 'id':
      return known(user.id);
    case 'createdTimestamp':
      return known(user.createdTimestamp?.toString());
    case 'serviceAccountClientLink':
      return user.serviceAccountOf === undefined
        ? undefined
        : known(context.graph.client(user.serviceAccountOf)?.id);
    case 'groupsCount':
      return String(context.user.groups.length);
    case 'lastModifiedTimestamp':
    case 'attributes':
    case 'requiredActionsStream':
    case 'groupsStream':
    case 'realmRoleMappingsStream':
    case 'roleMappingsStream':
    case 'federationLink':
    case 'federated':
    case 'class':
      return known(undefined);
    default:
      return undefined;
  }
}
