import { createMockDirectory } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { createPrivateKey } from 'crypto';
import { generate } from 'selfsigned';
import { parse } from 'yaml';
import { runAction } from '../__testUtils__/runAction';
import { scaffolderConfig } from '../__testUtils__/scaffolderConfig';
import { unseal } from '../__testUtils__/sealing';
import { createKeycloakClientGenerateAction } from './keycloakClientGenerate';

const input = {
  name: 'returns',
  realm: 'shop',
  description: 'Takes goods back',
  roles: [
    { name: 'reader', description: 'Sees returns' },
    { name: 'editor', includes: ['reader'] },
  ],
};

describe('mesh-auth:keycloak-client:generate', () => {
  const workspace = createMockDirectory();
  const certificates = createMockDirectory();

  beforeEach(() => workspace.clear());

  function run(
    overrides: JsonObject = {},
    options: { config?: JsonObject; isDryRun?: boolean } = {},
  ) {
    return runAction({
      action: createKeycloakClientGenerateAction({
        config: scaffolderConfig(options.config),
      }),
      input: { ...input, ...overrides },
      workspacePath: workspace.path,
      isDryRun: options.isDryRun,
    });
  }

  function file(path: string): any {
    return parse(
      (workspace.content({ path: 'deploy' }) as Record<string, string>)[path],
    );
  }

  it('writes the client and says how the catalog finds it', async () => {
    const { outputs, checkpoints } = await run();
    expect(outputs).toEqual({
      clientId: 'returns',
      annotation: 'main/shop/returns',
      files: ['deploy/keycloak-client.yaml'],
    });
    expect(file('keycloak-client.yaml')).toMatchObject({
      kind: 'KeycloakClient',
      metadata: { name: 'returns', namespace: 'returns' },
      spec: {
        clientId: 'returns',
        realmRef: { kind: 'ClusterKeycloakRealm', name: 'shop' },
        public: false,
        standardFlowEnabled: false,
        clientRolesV2: [
          { name: 'reader', description: 'Sees returns' },
          { name: 'editor', associatedClientRoles: ['reader'] },
        ],
      },
    });
    expect(file('keycloak-client.yaml').spec.secret).toBeUndefined();
    expect(checkpoints).toEqual({});
  });

  it('writes into the workspace of a dry run as well', async () => {
    await run({}, { isDryRun: true });
    expect(file('keycloak-client.yaml').kind).toBe('KeycloakClient');
  });

  it('asks for the roles of others that the platform allows', async () => {
    await run({
      serviceAccount: {
        clientRoles: ['inventory/writer'],
        audiences: ['inventory'],
      },
    });
    expect(file('keycloak-client.yaml').spec).toMatchObject({
      serviceAccount: {
        enabled: true,
        clientRoles: [{ clientId: 'inventory', roles: ['writer'] }],
      },
      protocolMappers: [
        { config: { 'included.client.audience': 'inventory' } },
      ],
    });
  });

  it('gives the same files when it runs again', async () => {
    await run();
    const before = workspace.content();
    await run();
    expect(workspace.content()).toEqual(before);
  });

  it.each<[string, JsonObject, string]>([
    ['a name that is no DNS label', { name: 'Returns' }, 'instance.name'],
    ['a name with a path', { name: '../x' }, 'instance.name'],
    ['a namespace that is none', { namespace: 'a.b' }, 'instance.namespace'],
    ['a reserved namespace', { namespace: 'argocd' }, 'namespace: argocd'],
    ['an unknown realm', { realm: 'master' }, 'realm: master is not among'],
    ["one of Keycloak's clients", { clientId: 'account' }, 'clientId'],
    [
      'a composite that does not exist',
      { roles: [{ name: 'a', includes: ['b'] }] },
      'roles[0].composites[0]: b is not a role of this client',
    ],
    [
      'roles of realm-management',
      {
        serviceAccount: { clientRoles: ['realm-management/manage-clients'] },
      },
      'serviceAccount.clientRoles[0].roles[0]',
    ],
    [
      'roles of others that nobody allowed',
      { serviceAccount: { clientRoles: ['payments/admin'] } },
      'payments/admin is not among the roles',
    ],
    [
      'realm roles that nobody allowed',
      { serviceAccount: { realmRoles: ['admin'] } },
      'serviceAccount.realmRoles[0]',
    ],
    [
      'sealing without a certificate',
      { secret: 'sealed' },
      'secret: the platform has no certificate',
    ],
    ['a folder outside', { targetPath: '../out' }, 'instance.targetPath'],
    [
      'a folder in disguise',
      { targetPath: 'a/../../out' },
      'instance.targetPath',
    ],
  ])('refuses %s and writes nothing', async (_title, overrides, message) => {
    const result = run(overrides);
    await expect(result).rejects.toThrow(message);
    expect(workspace.content()).toEqual({});
  });

  it('writes the other formats, by input or by configuration', async () => {
    const { outputs } = await run({ format: 'keycloak-config-cli' });
    expect(outputs.files).toEqual(['deploy/keycloak/client.yaml']);
    workspace.clear();
    await run(
      { roles: [{ name: 'reader' }], secret: 'reference' },
      { config: { clientFormat: 'keycloak-operator' } },
    );
    expect(file('keycloak-client.yaml').kind).toBe('KeycloakOIDCClient');
  });

  it('says what a format cannot say', async () => {
    await expect(run({ format: 'keycloak-operator' })).rejects.toThrow(
      'roles[1].composites: the format keycloak-operator cannot say that a role includes another',
    );
    expect(workspace.content()).toEqual({});
  });

  it('does not overwrite a file of someone else', async () => {
    workspace.setContent({ 'deploy/keycloak-client.yaml': 'mine: true\n' });
    await expect(run()).rejects.toThrow(
      'deploy/keycloak-client.yaml exists with another content',
    );
    expect(workspace.content()).toEqual({
      deploy: { 'keycloak-client.yaml': 'mine: true\n' },
    });
  });

  describe('with the certificate of a sealed-secrets controller', () => {
    const pems = generate([{ name: 'commonName', value: 'sealed-secrets' }], {
      keySize: 2048,
      days: 1,
    });
    const config = () => ({
      sealedSecrets: { certificateFile: certificates.resolve('tls.crt') },
    });

    beforeEach(() =>
      certificates.setContent({ 'tls.crt': pems.cert, broken: 'no' }),
    );

    it('seals a new secret, which stands nowhere in the open', async () => {
      const { outputs, log, checkpoints } = await run(
        { secret: 'sealed', namespace: 'shop' },
        { config: config() },
      );
      const sealed = file('sealed-secret.yaml');
      expect(sealed).toMatchObject({
        kind: 'SealedSecret',
        metadata: { name: 'returns-oidc', namespace: 'shop' },
      });
      expect(file('keycloak-client.yaml').spec.secret).toBe(
        '$returns-oidc:client-secret',
      );
      const value = unseal({
        privateKey: createPrivateKey(pems.private),
        namespace: 'shop',
        name: 'returns-oidc',
        sealed: sealed.spec.encryptedData['client-secret'],
      });
      expect(value).toMatch(/^[\w-]{43}$/);
      expect(JSON.stringify([outputs, log, workspace.content()])).not.toContain(
        value,
      );
      expect(checkpoints).toEqual({});
    });

    it('keeps the secret of an earlier run', async () => {
      await run({ secret: 'sealed' }, { config: config() });
      const before = workspace.content();
      await run({ secret: 'sealed' }, { config: config() });
      expect(workspace.content()).toEqual(before);
    });

    it('does not take another SealedSecret for its own', async () => {
      await run({ secret: 'sealed' }, { config: config() });
      await expect(
        run({ secret: 'sealed', secretName: 'other' }, { config: config() }),
      ).rejects.toThrow('exists with another content');
    });

    it('names a certificate that is none', async () => {
      await expect(
        run(
          { secret: 'sealed' },
          {
            config: {
              sealedSecrets: {
                certificateFile: certificates.resolve('broken'),
              },
            },
          },
        ),
      ).rejects.toThrow('holds no certificate');
      expect(workspace.content()).toEqual({});
    });
  });
});
