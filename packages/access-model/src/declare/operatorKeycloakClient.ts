import {
  KeycloakClientDeclaration,
  KeycloakClientPlacement,
} from './keycloakClient';
import { DeclarationProblem, Manifest } from './types';
import { objectLabels } from './labels';

interface OperatorClientSpec {
  realm?: string;
  client?: {
    description?: string;
    loginFlows?: string[];
    redirectUris?: string[];
    webOrigins?: string[];
    roles?: string[];
    serviceAccountRoles?: string[];
    auth?: { secretRef?: { name: string; key: string } };
  };
}

/**
 * What the official Keycloak operator's `KeycloakOIDCClient` has no field for.
 *
 * @returns an empty list for a client that {@link renderOperatorKeycloakClient} can write
 *
 * @public
 */
export function operatorClientProblems(
  client: KeycloakClientDeclaration,
): DeclarationProblem[] {
  const problems: DeclarationProblem[] = [];
  const report = (field: string, what: string) =>
    problems.push({
      field,
      message: `the format keycloak-operator cannot say ${what}`,
    });
  if (client.clientId !== client.name) {
    report('clientId', "a client id that differs from the object's name");
  }
  client.roles.forEach((role, index) => {
    if (role.composites.length > 0) {
      report(`roles[${index}].composites`, 'that a role includes another');
    }
    if (role.description !== undefined) {
      report(`roles[${index}].description`, 'what a role is for');
    }
  });
  if (client.browserLogin) {
    report('browserLogin', 'that a login needs PKCE');
  }
  if (client.serviceAccount) {
    if (client.serviceAccount.audiences.length > 0) {
      report('serviceAccount.audiences', 'whom the tokens are meant for');
    }
    if (client.serviceAccount.clientRoles.length > 0) {
      report('serviceAccount.clientRoles', 'roles of another client');
    }
  }
  if (client.secret.kind === 'generated') {
    report('secret', 'that the secret is generated; name a Secret');
  }
  return problems;
}

/**
 * The client as a `KeycloakOIDCClient` of the official Keycloak operator (`k8s.keycloak.org/v2alpha1`).
 *
 * @remarks
 * It must stand in the namespace of the Keycloak object, and its Secret must carry the label
 * `operator.keycloak.org/kind: KeycloakOIDCClient`. What is left out would be reset: without `auth` the client would be
 * public, without `roles` all roles would go. So both are always said.
 *
 * @throws Error naming the first of {@link operatorClientProblems}
 *
 * @public
 */
export function renderOperatorKeycloakClient(
  client: KeycloakClientDeclaration,
): Manifest {
  const [problem] = operatorClientProblems(client);
  if (problem || client.secret.kind !== 'reference') {
    throw new Error(`${problem?.field}: ${problem?.message}`);
  }
  return {
    apiVersion: 'k8s.keycloak.org/v2alpha1',
    kind: 'KeycloakOIDCClient',
    metadata: {
      name: client.name,
      namespace: client.namespace,
      labels: objectLabels(client.name),
    },
    spec: {
      keycloakCRName: client.realm.reference.name,
      realm: client.realm.realm,
      client: {
        // The operator reads an absent value as false.
        enabled: true,
        ...(client.description !== undefined && {
          description: client.description,
        }),
        loginFlows: client.serviceAccount ? ['SERVICE_ACCOUNT'] : [],
        redirectUris: [],
        webOrigins: [],
        roles: client.roles.map(role => role.name),
        serviceAccountRoles: client.serviceAccount?.realmRoles ?? [],
        auth: {
          method: 'client-secret',
          secretRef: {
            name: client.secret.secretName,
            key: client.secret.key,
          },
        },
      },
    },
  };
}

/**
 * Reads a client back from its `KeycloakOIDCClient`.
 *
 * @param placement - what the object does not say: the kind of the reference to the realm
 *
 * @returns `undefined` when the object is none, or says more than a declaration can
 *
 * @public
 */
export function parseOperatorKeycloakClient(
  manifest: Manifest,
  placement: Pick<KeycloakClientPlacement, 'reference'>,
): KeycloakClientDeclaration | undefined {
  const spec = manifest.spec as OperatorClientSpec | undefined;
  const { name, namespace } = manifest.metadata;
  const client = spec?.client;
  const secretRef = client?.auth?.secretRef;
  if (
    manifest.kind !== 'KeycloakOIDCClient' ||
    namespace === undefined ||
    spec?.realm === undefined ||
    !client ||
    !secretRef ||
    client.loginFlows?.some(flow => flow !== 'SERVICE_ACCOUNT')
  ) {
    return undefined;
  }
  return {
    name,
    namespace,
    clientId: name,
    realm: { realm: spec.realm, reference: placement.reference },
    ...(client.description !== undefined && {
      description: client.description,
    }),
    roles: (client.roles ?? []).map(role => ({ name: role, composites: [] })),
    ...(client.loginFlows?.includes('SERVICE_ACCOUNT') && {
      serviceAccount: {
        realmRoles: client.serviceAccountRoles ?? [],
        clientRoles: [],
        audiences: [],
      },
    }),
    secret: {
      kind: 'reference',
      secretName: secretRef.name,
      key: secretRef.key,
    },
  };
}
