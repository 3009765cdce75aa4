import { DeclarationProblem } from './types';
import { isClientId, isDnsLabel, isRoleName, isServiceName } from './names';

/**
 * A Keycloak client as a service's repository declares it, whatever the format of its file.
 *
 * @remarks
 * What is not here is fixed to current best practice in every format: OpenID Connect, confidential, no implicit flow,
 * no direct grants, PKCE with S256 where browsers log in. A secret's value has no place in it.
 *
 * @public
 */
export interface KeycloakClientDeclaration {
  /** Name of the object that holds the client. */
  name: string;
  /** Namespace of that object. */
  namespace: string;
  /** Client id in Keycloak. */
  clientId: string;
  /** Realm of the client. */
  realm: KeycloakRealmReference;
  /** What the client is for, in one line. */
  description?: string;
  /** Roles of the client. */
  roles: KeycloakClientRole[];
  /** Present when browsers log in through this client itself, and not through a shared login client. */
  browserLogin?: { redirectUris: string[]; webOrigins: string[] };
  /** Present when the service fetches tokens of its own, to call others. */
  serviceAccount?: KeycloakServiceAccount;
  /** Where the client's secret comes from. */
  secret: KeycloakSecretSource;
}

/**
 * A realm, by its own name and by that of the operator's object for it.
 *
 * @public
 */
export interface KeycloakRealmReference {
  /** Name of the realm. */
  realm: string;
  /** The object by which an operator finds the realm. */
  reference: { kind: 'ClusterKeycloakRealm' | 'KeycloakRealm'; name: string };
}

/**
 * Where a client's object stands, for formats that do not say it themselves.
 *
 * @public
 */
export interface KeycloakClientPlacement {
  /** Name of the service's objects. */
  name: string;
  /** Namespace of the service's objects. */
  namespace: string;
  /** The operator's object for the realm. */
  reference: KeycloakRealmReference['reference'];
}

/**
 * A role of a client.
 *
 * @public
 */
export interface KeycloakClientRole {
  /** Name, unique within the client. */
  name: string;
  /** What the role lets someone do. */
  description?: string;
  /** Roles of the same client that come with this one. */
  composites: string[];
}

/**
 * What a service may do with tokens of its own.
 *
 * @public
 */
export interface KeycloakServiceAccount {
  /** Roles of the realm that it holds. */
  realmRoles: string[];
  /** Roles of other clients that it holds. */
  clientRoles: { clientId: string; roles: string[] }[];
  /** Client ids of the services that its tokens are meant for; each becomes an audience mapper. */
  audiences: string[];
}

/**
 * `generated`: made inside the cluster by the operator, and never seen outside of it. `reference`: a key of a Secret
 * that exists, or that a SealedSecret or ExternalSecret beside the client makes.
 *
 * @public
 */
export type KeycloakSecretSource =
  | { kind: 'generated' }
  | { kind: 'reference'; secretName: string; key: string };

/** Clients that Keycloak makes for itself. */
const BUILT_IN_CLIENTS = [
  'account',
  'account-console',
  'admin-cli',
  'admin-permissions',
  'broker',
  'realm-management',
  'security-admin-console',
];

/**
 * Whether a client is one of Keycloak's own, whose roles govern the realm itself.
 *
 * @public
 */
export function isBuiltInClient(clientId: string): boolean {
  return BUILT_IN_CLIENTS.includes(clientId) || clientId.endsWith('-realm');
}

/**
 * What the platform lets a service's client ask for, beyond its own roles.
 *
 * @public
 */
export interface KeycloakClientLimits {
  /** Roles of other clients that service accounts may hold, as `clientId/role`; `clientId/*` for all of a client's. */
  clientRoles: string[];
  /** Realm roles that service accounts may hold. */
  realmRoles: string[];
}

function compositeCycle(roles: KeycloakClientRole[]): string | undefined {
  const reaches = (from: string, target: string, seen: Set<string>): boolean =>
    (roles.find(role => role.name === from)?.composites ?? []).some(child => {
      if (child === target) {
        return true;
      }
      if (seen.has(child)) {
        return false;
      }
      seen.add(child);
      return reaches(child, target, seen);
    });
  return roles.find(role => reaches(role.name, role.name, new Set()))?.name;
}

/**
 * Says what is wrong with the roles of a client: names, repetitions, composites that do not exist or include
 * themselves.
 *
 * @public
 */
export function validateClientRoles(
  roles: KeycloakClientRole[],
): DeclarationProblem[] {
  const problems: DeclarationProblem[] = [];
  const report = (field: string, message: string) =>
    problems.push({ field, message });
  roles.forEach((role, index) => {
    const field = `roles[${index}]`;
    if (!isRoleName(role.name)) {
      report(`${field}.name`, `"${role.name}" is not a role name`);
    } else if (roles.findIndex(other => other.name === role.name) !== index) {
      report(`${field}.name`, `${role.name} is said twice`);
    }
    role.composites.forEach((child, childIndex) => {
      const childField = `${field}.composites[${childIndex}]`;
      if (!roles.some(other => other.name === child)) {
        report(childField, `${child} is not a role of this client`);
      } else if (role.composites.indexOf(child) !== childIndex) {
        report(childField, `${child} is said twice`);
      }
    });
  });
  const cycle = compositeCycle(roles);
  if (cycle !== undefined) {
    report('roles', `${cycle} would include itself`);
  }
  return problems;
}

function checkRedirects(
  login: NonNullable<KeycloakClientDeclaration['browserLogin']>,
  report: (field: string, message: string) => void,
) {
  if (login.redirectUris.length === 0) {
    report('browserLogin.redirectUris', 'a login needs a place to return to');
  }
  login.redirectUris.forEach((uri, index) => {
    if (
      !URL.canParse(uri) ||
      !/^https?:\/\/[^/@*]+\//.test(uri) ||
      /[*#\s]/.test(uri)
    ) {
      report(
        `browserLogin.redirectUris[${index}]`,
        `"${uri}" is not an exact address; a wildcard would let tokens go elsewhere`,
      );
    }
  });
  login.webOrigins.forEach((origin, index) => {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      report(
        `browserLogin.webOrigins[${index}]`,
        `"${origin}" is not an origin such as https://shop.example.com`,
      );
    }
  });
}

function checkServiceAccount(
  account: KeycloakServiceAccount,
  limits: KeycloakClientLimits,
  report: (field: string, message: string) => void,
) {
  account.clientRoles.forEach((entry, index) => {
    const field = `serviceAccount.clientRoles[${index}]`;
    if (!isClientId(entry.clientId)) {
      report(`${field}.clientId`, `"${entry.clientId}" is not a client id`);
      return;
    }
    if (
      account.clientRoles.findIndex(
        other => other.clientId === entry.clientId,
      ) !== index
    ) {
      report(`${field}.clientId`, `${entry.clientId} is said twice`);
    }
    if (entry.roles.length === 0) {
      report(`${field}.roles`, 'name at least one role');
    }
    entry.roles.forEach((role, roleIndex) => {
      const roleField = `${field}.roles[${roleIndex}]`;
      if (!isRoleName(role)) {
        report(roleField, `"${role}" is not a role name`);
      } else if (isBuiltInClient(entry.clientId)) {
        report(
          roleField,
          `${entry.clientId} belongs to Keycloak itself; its roles are not given from a service's repository`,
        );
      } else if (
        !limits.clientRoles.includes(`${entry.clientId}/${role}`) &&
        !limits.clientRoles.includes(`${entry.clientId}/*`)
      ) {
        report(
          roleField,
          `${entry.clientId}/${role} is not among the roles that the platform lets service accounts ask for`,
        );
      }
    });
  });
  account.realmRoles.forEach((role, index) => {
    if (!isRoleName(role)) {
      report(
        `serviceAccount.realmRoles[${index}]`,
        `"${role}" is not a role name`,
      );
    } else if (!limits.realmRoles.includes(role)) {
      report(
        `serviceAccount.realmRoles[${index}]`,
        `${role} is not among the realm roles that the platform lets service accounts ask for`,
      );
    }
  });
  account.audiences.forEach((audience, index) => {
    if (!isClientId(audience)) {
      report(
        `serviceAccount.audiences[${index}]`,
        `"${audience}" is not a client id`,
      );
    } else if (account.audiences.indexOf(audience) !== index) {
      report(`serviceAccount.audiences[${index}]`, `${audience} is said twice`);
    }
  });
}

/**
 * Says what a client's declaration gets wrong, and what it asks for without the platform's leave.
 *
 * @public
 */
export function validateKeycloakClient(
  client: KeycloakClientDeclaration,
  limits: KeycloakClientLimits,
): DeclarationProblem[] {
  const problems: DeclarationProblem[] = [];
  const report = (field: string, message: string) =>
    problems.push({ field, message });
  if (!isServiceName(client.name)) {
    report(
      'name',
      `"${client.name}" is not a DNS label that starts with a letter`,
    );
  }
  if (!isDnsLabel(client.namespace)) {
    report('namespace', `"${client.namespace}" is not a DNS label`);
  }
  if (!isClientId(client.clientId)) {
    report('clientId', `"${client.clientId}" is not a client id`);
  } else if (isBuiltInClient(client.clientId)) {
    report('clientId', `${client.clientId} belongs to Keycloak itself`);
  }
  if (
    client.description !== undefined &&
    !/^[^\r\n$]{1,255}$/.test(client.description)
  ) {
    // Keycloak resolves ${...} in descriptions as a message key.
    report('description', 'is one line of at most 255 characters without $');
  }
  problems.push(...validateClientRoles(client.roles));
  if (client.browserLogin) {
    checkRedirects(client.browserLogin, report);
  }
  if (client.serviceAccount) {
    checkServiceAccount(client.serviceAccount, limits, report);
  }
  if (client.secret.kind === 'reference') {
    if (!isDnsLabel(client.secret.secretName)) {
      report(
        'secret.secretName',
        `"${client.secret.secretName}" is not a name of a Secret`,
      );
    }
    if (!/^[A-Za-z0-9._-]{1,253}$/.test(client.secret.key)) {
      report('secret.key', `"${client.secret.key}" is not a key of a Secret`);
    }
  }
  return problems;
}
