import { expect, test } from '@playwright/test';
import { execFileSync } from 'child_process';
import fs from 'fs';
import path from 'path';
import { ensureBinary } from '../src/build/ensureArtifact';
import { keycloakAdministrator } from '../src/parts/keycloakAdministrator';
import { repositoriesFolder } from '../src/paths';
import { readSettings } from '../src/settings';
import { kubectl } from './kubectl';
import { labEnvironment } from './lab';
import { addressOf, signIn } from './seedFlow';

const name = 'lab-trial';
const repository = path.join(repositoriesFolder(), name);
const host = `${name}.example.com`;
const issuer = 'https://sso.example.com/auth/realms/shop';

function commit(files: Record<string, string>) {
  fs.mkdirSync(path.join(repository, 'deploy'), { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(repository, 'deploy', file), text);
  }
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      [
        '-c',
        'user.name=Lab',
        '-c',
        'user.email=lab@example.com',
        '-C',
        repository,
        ...args,
      ],
      { stdio: 'pipe' },
    );
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Change');
}

async function sealedSecret(): Promise<string> {
  const secret = await kubectl(
    'create',
    'secret',
    'generic',
    `${name}-oidc`,
    `--namespace=${name}`,
    '--from-literal=client-secret=only-for-this-test',
    '--dry-run=client',
    '--output=json',
  );
  return execFileSync(
    await ensureBinary('kubeseal'),
    [
      `--cert=${labEnvironment().LAB_SEALED_SECRETS_CERTIFICATE_FILE}`,
      '--format=yaml',
    ],
    { input: secret },
  ).toString();
}

const application = `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: ${name}, namespace: argocd }
spec:
  project: default
  source: { repoURL: 'https://git.example.com/${name}.git', path: deploy, targetRevision: main }
  destination: { server: 'https://kubernetes.default.svc', namespace: ${name} }
  syncPolicy:
    automated: { prune: true }
    syncOptions: [CreateNamespace=true]
    managedNamespaceMetadata: { labels: { istio-injection: enabled } }
`;

const workload = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${name} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      serviceAccountName: ${name}
      containers:
        - name: app
          image: registry.example.com/${name}:1
          ports: [{ name: http, containerPort: 8080 }]
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  hosts: [${host}]
  gateways: [istio-system/public]
  http: [{ route: [{ destination: { host: ${name}.${name}.svc.cluster.local, port: { number: 80 } } }] }]
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  jwtRules:
    - issuer: ${issuer}
      jwksUri: http://keycloak.keycloak.svc.cluster.local:8080/auth/realms/shop/protocol/openid-connect/certs
      fromHeaders: [{ name: x-auth-request-access-token }]
      forwardOriginalToken: true
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  rules:
    - from:
        - source:
            principals: [cluster.local/ns/istio-system/sa/istio-ingressgateway]
            requestPrincipals: ['${issuer}/*']
      to: [{ operation: { methods: [GET], paths: [/open] } }]
`;

const keycloakClient = `
apiVersion: v1.edp.epam.com/v1
kind: KeycloakClient
metadata: { name: ${name} }
spec:
  clientId: ${name}
  realmRef: { kind: ClusterKeycloakRealm, name: shop }
  secret: $${name}-oidc:client-secret
  redirectUris: ['https://${host}/*']
  clientRolesV2:
    - { name: reader }
    - { name: admin, associatedClientRoles: [reader] }
`;

const FILES = ['app.yaml', 'application.yaml', 'client.yaml', 'secret.yaml'];

function kustomization(files: string[]) {
  return `resources: [${files.join(', ')}]\n`;
}

async function rolesInKeycloak(): Promise<string[] | undefined> {
  const admin = await keycloakAdministrator((await readSettings())!);
  const [found] = await admin.clients.find({ realm: 'shop', clientId: name });
  if (!found) {
    return undefined;
  }
  const roles = await admin.clients.listRoles({ realm: 'shop', id: found.id! });
  return roles.map(role => role.name!).sort();
}

test.afterEach(() => fs.rmSync(repository, { recursive: true, force: true }));

test('a repository becomes a service behind the login wall, and goes again', async ({
  page,
}) => {
  test.setTimeout(240_000);
  const patience = { timeout: 90_000, intervals: [1000] };

  commit({
    'kustomization.yaml': kustomization(FILES),
    'app.yaml': workload,
    'application.yaml': application,
    'client.yaml': keycloakClient,
    'secret.yaml': await sealedSecret(),
  });
  await expect.poll(rolesInKeycloak, patience).toEqual(['admin', 'reader']);
  await expect
    .poll(
      () =>
        kubectl(
          'get',
          'deployment',
          name,
          `--namespace=${name}`,
          '--output=jsonpath={.status.availableReplicas}',
        ),
      patience,
    )
    .toBe('1');

  await expect
    .poll(async () => {
      await page.context().clearCookies();
      const response = await page.goto(addressOf({ host, path: '/open' }));
      return response!.status();
    }, patience)
    .toBe(200);
  const response = await signIn({
    page,
    service: { host, path: '/open' },
    user: 'alice',
  });
  expect(response.status()).toBe(200);
  expect((await response.json()).service).toBe(name);
  const outside = await page.goto(addressOf({ host, path: '/closed' }));
  expect(outside!.status()).toBe(403);

  // What leaves the repository leaves the cluster, and the operator takes the client out of Keycloak.
  commit({
    'kustomization.yaml': kustomization(
      FILES.filter(file => file !== 'client.yaml'),
    ),
  });
  await expect.poll(rolesInKeycloak, patience).toBeUndefined();

  fs.rmSync(repository, { recursive: true });
  await expect
    .poll(
      () =>
        kubectl(
          'get',
          'deployments,services,virtualservices,workloadentries,sidecars,sealedsecrets,secrets',
          `--namespace=${name}`,
          '--output=name',
        ),
      patience,
    )
    .toBe('');
});
