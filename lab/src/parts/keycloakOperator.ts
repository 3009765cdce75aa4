import fs from 'fs-extra';
import { binaryPath } from '../build/ensureArtifact';
import { KubernetesClient } from '../kubernetes/KubernetesClient';
import { ensureSecret, secretFile } from '../secrets';
import { keycloakUrl } from '../settings';
import { REALM_FILE } from './keycloak';
import { Part } from './Part';
import { httpAnswers } from './probes';

const NAMESPACE = 'keycloak-operator';
const CREDENTIALS = 'keycloak-administrator';

/** Makes the clients in Keycloak that services declare as `KeycloakClient` objects. @internal */
export const keycloakOperator: Part = {
  name: 'keycloak-operator',
  title: 'EDP Keycloak operator',
  needs: ['kubernetes', 'keycloak'],
  artifacts: ['edp-keycloak-operator'],
  ports: ['keycloakOperatorHealth'],
  processNames: ['keycloak-operator'],
  async processes(settings) {
    await applyReferences(keycloakUrl(settings));
    return [
      {
        name: 'keycloak-operator',
        command: binaryPath('edp-keycloak-operator', 'edp-keycloak-operator'),
        args: [
          `--kubeconfig=${secretFile('kubeconfig')}`,
          `--health-probe-bind-address=127.0.0.1:${settings.ports.keycloakOperatorHealth}`,
          '--metrics-bind-address=0',
        ],
        environment: {
          ENABLE_WEBHOOKS: 'false',
          WATCH_NAMESPACE: '',
          OPERATOR_NAMESPACE: NAMESPACE,
          // How soon a change in Keycloak is put right again; without it never.
          SUCCESS_RECONCILE_TIMEOUT: '30s',
        },
      },
    ];
  },
  async ready({ ports }) {
    await httpAnswers(
      `http://127.0.0.1:${ports.keycloakOperatorHealth}/readyz`,
    );
  },
};

/** The operator's objects for the lab's Keycloak and its realm, to which `KeycloakClient` objects refer. */
async function applyReferences(url: string) {
  const { displayName } = await fs.readJson(REALM_FILE);
  await KubernetesClient.create().applyAll([
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: CREDENTIALS, namespace: NAMESPACE },
      stringData: {
        username: 'admin',
        password: await ensureSecret('keycloak-admin'),
      },
    },
    {
      apiVersion: 'v1.edp.epam.com/v1alpha1',
      kind: 'ClusterKeycloak',
      metadata: { name: 'main' },
      spec: { url, secret: CREDENTIALS },
    },
    {
      apiVersion: 'v1.edp.epam.com/v1alpha1',
      kind: 'ClusterKeycloakRealm',
      metadata: { name: 'shop' },
      spec: {
        realmName: 'shop',
        clusterKeycloakRef: 'main',
        // The operator would empty what it is not told.
        displayName,
      },
    },
  ]);
}
