import execa from 'execa';
import fs from 'fs-extra';
import https from 'https';
import path from 'path';
import { artifactNamed } from '../build/artifacts';
import { artifactFolder, binaryPath } from '../build/ensureArtifact';
import { KubernetesClient } from '../kubernetes/KubernetesClient';
import { readObjects } from '../kubernetes/readObjects';
import { labPath, repositoryRoot } from '../paths';
import { ensureSecret, readSecret, secretFile, writeSecret } from '../secrets';
import { LabSettings } from '../settings';
import { Part } from './Part';

const READER = { namespace: 'backstage', serviceAccount: 'mesh-auth-reader' };
const YEAR_IN_SECONDS = 365 * 24 * 3600;

/** Custom resource definitions: artifact to folder or file in it. */
const DEFINITIONS: Record<string, string> = {
  istio: 'crds/istio.yaml',
  'gateway-api': 'crds',
  'edp-keycloak-operator': 'crds',
  'sealed-secrets': 'crds',
  'argo-cd': 'crds/application.yaml',
};

const folder = labPath('kubernetes');

/** The Kubernetes API server with every kind of the field, RBAC on. @internal */
export const kubernetes: Part = {
  name: 'kubernetes',
  title: 'Kubernetes API server',
  needs: ['etcd'],
  artifacts: ['kubernetes', ...Object.keys(DEFINITIONS)],
  ports: ['kubernetes'],
  processNames: ['kube-apiserver'],
  async processes({ ports }) {
    await fs.ensureDir(folder);
    const signingKey = secretFile('service-account.key');
    if (!(await fs.pathExists(signingKey))) {
      await ensureSecret('kubernetes-admin');
      await execa('openssl', ['genrsa', '-out', `${signingKey}.new`, '2048']);
      await fs.chmod(`${signingKey}.new`, 0o600);
      await fs.rename(`${signingKey}.new`, signingKey);
    }
    await writeSecret(
      'kubernetes-tokens.csv',
      `${await ensureSecret(
        'kubernetes-admin',
      )},admin,admin,"system:masters"\n`,
    );
    return [
      {
        name: 'kube-apiserver',
        command: binaryPath('kubernetes', 'kube-apiserver'),
        args: [
          `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
          '--bind-address=127.0.0.1',
          '--advertise-address=127.0.0.1',
          `--secure-port=${ports.kubernetes}`,
          `--cert-dir=${folder}`,
          `--service-account-key-file=${signingKey}`,
          `--service-account-signing-key-file=${signingKey}`,
          '--service-account-issuer=https://kubernetes.default.svc',
          `--token-auth-file=${secretFile('kubernetes-tokens.csv')}`,
          '--authorization-mode=RBAC',
          // A /24 would run out at 250 services.
          '--service-cluster-ip-range=10.96.0.0/16',
          // Would wait for a controller that makes a service account in each namespace.
          '--disable-admission-plugins=ServiceAccount',
          // The default endpoints of `kubernetes` may not hold a loopback address.
          '--endpoint-reconciler-type=none',
        ],
      },
    ];
  },
  async ready(settings) {
    await writeKubeconfig(settings);
    await answersReady(settings);
  },
  async setUp(_settings, progress) {
    const client = KubernetesClient.create();
    progress('custom resource definitions');
    await applyDefinitions(client);
    progress('read-only account for Backstage');
    await client.applyAll([
      namespace(READER.namespace),
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: READER.serviceAccount, namespace: READER.namespace },
      },
      // The role that the documentation offers to every platform.
      namespace('istio-system'),
      ...(await readObjects(
        path.join(repositoryRoot, 'docs/kubernetes/mesh-auth-reader.yaml'),
      )),
    ]);
    await ensureReaderToken(client);
  },
};

function namespace(name: string) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

async function applyDefinitions(client: KubernetesClient) {
  const applied = labPath('kubernetes', 'definitions.json');
  const wanted = JSON.stringify(
    Object.keys(DEFINITIONS).map(name => [name, artifactNamed(name).version]),
  );
  if ((await fs.readFile(applied, 'utf8').catch(() => undefined)) === wanted) {
    return;
  }
  const objects = await Promise.all(
    Object.entries(DEFINITIONS).map(([name, location]) =>
      readObjects(path.join(artifactFolder(artifactNamed(name)), location)),
    ),
  );
  await client.applyAll(
    objects.flat().filter(object => object.kind === 'CustomResourceDefinition'),
  );
  await fs.writeFile(applied, wanted);
}

async function ensureReaderToken(client: KubernetesClient) {
  const name = 'kubernetes-reader';
  const known = await readSecret(name);
  if (known && (await client.tokenIsValid(known))) {
    return;
  }
  await writeSecret(
    name,
    await client.createToken({ ...READER, seconds: YEAR_IN_SECONDS }),
  );
}

async function writeKubeconfig({ ports }: LabSettings) {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'lab',
    clusters: [
      {
        name: 'lab',
        cluster: {
          server: `https://127.0.0.1:${ports.kubernetes}`,
          'certificate-authority': path.join(folder, 'apiserver.crt'),
        },
      },
    ],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'admin' } }],
    users: [
      {
        name: 'admin',
        user: { token: await ensureSecret('kubernetes-admin') },
      },
    ],
  };
  // JSON is YAML.
  await writeSecret('kubeconfig', JSON.stringify(config, undefined, 2));
}

async function answersReady({ ports }: LabSettings) {
  const ca = await fs.readFile(path.join(folder, 'apiserver.crt'));
  const authorization = `Bearer ${await ensureSecret('kubernetes-admin')}`;
  await new Promise<void>((resolve, reject) => {
    const request = https.get(
      `https://127.0.0.1:${ports.kubernetes}/readyz`,
      { ca, headers: { authorization }, timeout: 3000 },
      response => {
        response.resume();
        if (response.statusCode === 200) {
          resolve();
        } else {
          reject(new Error(`readyz answers ${response.statusCode}`));
        }
      },
    );
    request.on('timeout', () => request.destroy(new Error('no answer in 3 s')));
    request.on('error', reject);
  });
}
