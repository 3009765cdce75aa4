import fs from 'fs-extra';
import path from 'path';
import { binaryPath } from '../build/ensureArtifact';
import { KubernetesClient } from '../kubernetes/KubernetesClient';
import { labPath } from '../paths';
import { Part } from './Part';
import { httpAnswers } from './probes';

const ACCOUNT = {
  namespace: 'sealed-secrets',
  serviceAccount: 'sealed-secrets-controller',
};
const TOKEN_SECONDS = 365 * 24 * 3600;

const folder = labPath('sealed-secrets');
const credentials = path.join(folder, 'service-account');

/** The public certificate with which secrets are sealed for this lab. @internal */
export const sealingCertificate = path.join(folder, 'certificate.pem');

/**
 * The controller knows nothing but a pod's credentials at their fixed place. A mount namespace of its own puts them
 * there for this process alone.
 */
const IN_POD = [
  'mount -t tmpfs none /run',
  'mkdir -p /run/secrets/kubernetes.io',
  'ln -s "$0" /run/secrets/kubernetes.io/serviceaccount',
  'exec "$@"',
].join(' && ');

/** Opens SealedSecrets into Secrets. @internal */
export const sealedSecrets: Part = {
  name: 'sealed-secrets',
  title: 'Sealed Secrets controller',
  needs: ['kubernetes'],
  artifacts: ['sealed-secrets'],
  ports: ['sealedSecrets', 'sealedSecretsMetrics'],
  processNames: ['sealed-secrets'],
  async processes({ ports }) {
    await writeCredentials();
    return [
      {
        name: 'sealed-secrets',
        command: 'unshare',
        args: [
          ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
          '--mount',
          'sh',
          '-c',
          IN_POD,
          credentials,
          binaryPath('sealed-secrets', 'controller'),
          `--listen-addr=127.0.0.1:${ports.sealedSecrets}`,
          `--listen-metrics-addr=127.0.0.1:${ports.sealedSecretsMetrics}`,
        ],
        environment: {
          POD_NAMESPACE: ACCOUNT.namespace,
          KUBERNETES_SERVICE_HOST: '127.0.0.1',
          KUBERNETES_SERVICE_PORT: String(ports.kubernetes),
        },
      },
    ];
  },
  async ready({ ports }) {
    await httpAnswers(`http://127.0.0.1:${ports.sealedSecrets}/healthz`);
  },
  async setUp({ ports }) {
    const response = await fetch(
      `http://127.0.0.1:${ports.sealedSecrets}/v1/cert.pem`,
      { signal: AbortSignal.timeout(5000) },
    );
    if (!response.ok) {
      throw new Error(
        `The controller gives no certificate: ${response.status}`,
      );
    }
    await fs.writeFile(sealingCertificate, await response.text());
  },
};

async function writeCredentials() {
  const { namespace, serviceAccount } = ACCOUNT;
  const client = KubernetesClient.create();
  const metadata = { name: serviceAccount, namespace };
  await client.applyAll([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: serviceAccount },
      rules: [
        {
          apiGroups: ['bitnami.com'],
          resources: ['sealedsecrets', 'sealedsecrets/status'],
          verbs: ['get', 'list', 'watch', 'update'],
        },
        {
          apiGroups: [''],
          resources: ['secrets'],
          verbs: ['get', 'list', 'watch', 'create', 'update', 'delete'],
        },
        {
          apiGroups: ['', 'events.k8s.io'],
          resources: ['events'],
          verbs: ['create', 'patch'],
        },
        { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: serviceAccount },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: serviceAccount,
      },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
  ]);
  await fs.ensureDir(folder);
  await fs.ensureDir(credentials, 0o700);
  await fs.writeFile(
    path.join(credentials, 'token'),
    await client.createToken({ ...ACCOUNT, seconds: TOKEN_SECONDS }),
    { mode: 0o600 },
  );
  await fs.copy(
    labPath('kubernetes', 'apiserver.crt'),
    path.join(credentials, 'ca.crt'),
  );
}
