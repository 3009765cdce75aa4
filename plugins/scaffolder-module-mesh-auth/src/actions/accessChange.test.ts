import { createMockDirectory } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import { Manifest, parseDeclaration } from '@mesh-auth/access-model';
import { parse } from 'yaml';
import { runAction } from '../__testUtils__/runAction';
import { scaffolderConfig } from '../__testUtils__/scaffolderConfig';
import { createAccessChangeAction } from './accessChange';
import { createIstioManifestsGenerateAction } from './istioManifestsGenerate';
import { createKeycloakClientGenerateAction } from './keycloakClientGenerate';

type Folder = Record<string, string>;

describe('mesh-auth:access:change', () => {
  const workspace = createMockDirectory();
  const config = scaffolderConfig({ argocd: undefined });
  const roles = [{ name: 'reader' }];

  function folder(): Folder {
    return workspace.content({ path: 'deploy' }) as Folder;
  }

  function declaration() {
    const manifests = Object.entries(folder())
      .filter(([file]) => file !== 'kustomization.yaml')
      .map(([, text]) => parse(text) as Manifest);
    return parseDeclaration(manifests, 'returns').declaration!;
  }

  function run(input: JsonObject) {
    return runAction({
      action: createAccessChangeAction({ config }),
      input: { name: 'returns', ...input },
      workspacePath: workspace.path,
    });
  }

  beforeEach(async () => {
    workspace.clear();
    await runAction({
      action: createKeycloakClientGenerateAction({ config }),
      input: { name: 'returns', realm: 'shop', roles },
      workspacePath: workspace.path,
    });
    await runAction({
      action: createIstioManifestsGenerateAction({
        config,
        hostLookup: { claimsOf: async () => ({ claims: [] }) },
      }),
      input: {
        name: 'returns',
        namespace: 'shop',
        ownNamespace: false,
        host: 'shop.example.com',
        path: '/returns',
        realm: 'shop',
        roles,
        rules: [
          { paths: ['/'], methods: ['GET'], access: 'loggedIn' },
          {
            paths: ['/items', '/items/{id}'],
            methods: ['GET', 'POST'],
            access: 'roles',
            roles: ['reader'],
          },
        ],
      },
      workspacePath: workspace.path,
    });
    workspace.addContent({
      'deploy/authorization-policy.yaml': `# Agreed with security in May.\n${
        folder()['authorization-policy.yaml']
      }`.replace('  action: ALLOW', '  action: ALLOW # what is named'),
    });
  });

  it('adds a role, a path for it and a caller, and touches nothing else', async () => {
    const before = folder();
    const { outputs, log } = await run({
      addRoles: [{ name: 'auditor', description: 'Sees *reports*' }],
      addRules: [
        {
          paths: ['/reports/*'],
          methods: ['GET'],
          access: 'roles',
          roles: ['auditor', 'realm:admin'],
        },
      ],
      addCallers: [
        { workload: 'shop/orders', paths: ['/items'], methods: ['GET'] },
      ],
    });
    expect(outputs.files).toEqual([
      'deploy/authorization-policy.yaml',
      'deploy/authorization-policy-callers.yaml',
      'deploy/kustomization.yaml',
      'deploy/keycloak-client.yaml',
    ]);
    expect(outputs).toMatchObject({ changed: true, becomesPublic: false });
    expect(outputs.description).toContain(
      '- GET /returns/reports/\\*: opened to role auditor or admin (of the realm)',
    );
    expect(outputs.description).toContain('- auditor: Sees \\*reports\\*');
    expect(log).toContain('GET /returns/items: ');

    const after = folder();
    const untouched = Object.entries(before).filter(
      ([file]) => !(outputs.files as string[]).includes(`deploy/${file}`),
    );
    expect(untouched).toHaveLength(6);
    expect(after).toMatchObject(Object.fromEntries(untouched));
    const policy = after['authorization-policy.yaml'];
    expect(policy).toContain('# Agreed with security in May.');
    expect(policy).toContain('# what is named');
    const lines = policy.split('\n');
    for (const line of before['authorization-policy.yaml'].split('\n')) {
      expect(lines).toContain(line);
    }
    expect(parse(after['kustomization.yaml']).resources).toContain(
      'authorization-policy-callers.yaml',
    );
    expect(parse(after['keycloak-client.yaml']).spec.clientRolesV2).toEqual([
      { name: 'reader' },
      { name: 'auditor', description: 'Sees *reports*' },
    ]);
    expect(declaration().rules[2].paths).toEqual(['/returns/reports/*']);
    expect(declaration().callers).toHaveLength(1);
  });

  it('changes nothing when it runs again', async () => {
    const input = {
      addRoles: [{ name: 'auditor' }],
      addRules: [{ paths: ['/x'], access: 'roles', roles: ['auditor'] }],
      addCallers: [{ workload: 'shop/orders', paths: ['/'] }],
    };
    await run(input);
    const before = workspace.content();
    const { outputs } = await run(input);
    expect(outputs).toMatchObject({ changed: false, files: [] });
    expect(outputs.description).toContain('Nothing.');
    expect(workspace.content()).toEqual(before);
  });

  it('closes a method of one path and leaves the rest of the rule', async () => {
    const { outputs } = await run({
      removeRules: [
        { path: '/items', methods: ['POST'] },
        { path: '/', methods: ['GET'] },
      ],
    });
    expect(declaration().rules).toMatchObject([
      { methods: ['GET', 'POST'], paths: ['/returns/items/{*}'] },
      { methods: ['GET'], paths: ['/returns/items'] },
    ]);
    expect(outputs.description).toContain('POST /returns/items: closed');
    expect(outputs.description).toContain('GET /returns: closed');
  });

  it('takes the last caller away with its file', async () => {
    const before = workspace.content();
    await run({ addCallers: [{ workload: 'shop/orders', paths: ['/'] }] });
    const { outputs } = await run({ removeCallers: ['shop/orders'] });
    expect(outputs).toMatchObject({
      files: ['deploy/kustomization.yaml'],
      removedFiles: ['deploy/authorization-policy-callers.yaml'],
    });
    expect(workspace.content()).toEqual(before);
  });

  it('takes all rules from now on', async () => {
    await run({
      rules: [{ paths: ['/{id}'], access: 'roles', roles: ['reader'] }],
    });
    expect(declaration().rules).toEqual([
      {
        methods: [],
        paths: ['/returns/{*}'],
        access: { kind: 'roles', roles: [{ kind: 'client', name: 'reader' }] },
      },
    ]);
  });

  it.each<[string, JsonObject, string]>([
    [
      'a role that nobody declared',
      { addRules: [{ paths: ['/x'], access: 'roles', roles: ['boss'] }] },
      'boss is not a role of this service (reader)',
    ],
    [
      'a rule that opens another',
      { addRules: [{ paths: ['/*'], access: 'loggedIn' }] },
      'the broader rule would open it',
    ],
    [
      "a public path behind the platform's wall",
      { addRules: [{ paths: ['/x'], access: 'public' }] },
      "the platform's login wall asks for a login at /returns/x",
    ],
    [
      'to close what is not open',
      { removeRules: [{ path: '/nothing' }] },
      'removeRules[0]: no rule names /returns/nothing',
    ],
    [
      'to take away who is no caller',
      { removeCallers: ['shop/orders'] },
      'removeCallers[0]: shop/orders is no caller',
    ],
    [
      'to close the last path',
      { rules: [] },
      'rules: a service behind a gateway needs at least one rule',
    ],
    [
      'a role that is there with another meaning',
      { addRoles: [{ name: 'reader', description: 'Other' }] },
      'roles[1].name: reader is said twice',
    ],
    ['a folder that is not there', { targetPath: 'other' }, 'no folder other'],
    ['another service', { name: 'orders' }, 'Deployment/orders: is missing'],
  ])('refuses %s and changes nothing', async (_title, input, message) => {
    const before = workspace.content();
    await expect(run(input)).rejects.toThrow(message);
    expect(workspace.content()).toEqual(before);
  });

  it('refuses manifests that say more than a form can', async () => {
    workspace.addContent({
      'deploy/authorization-policy.yaml': folder()[
        'authorization-policy.yaml'
      ].replace('methods:', 'ports: ["80"]\n            methods:'),
    });
    const before = workspace.content();
    await expect(
      run({ addCallers: [{ workload: 'shop/orders', paths: ['/'] }] }),
    ).rejects.toThrow('AuthorizationPolicy/returns');
    expect(workspace.content()).toEqual(before);
  });

  it.each([
    ['kind: [', 'cannot be read'],
    ['kind: A\n---\nkind: B\n', 'not one YAML document'],
    ['- a\n', 'holds no Kubernetes object'],
  ])('names a file that it cannot read: %j', async (text, message) => {
    workspace.addContent({ 'deploy/zz.yaml': text });
    await expect(run({})).rejects.toThrow(message);
    await expect(run({})).rejects.toThrow('deploy/zz.yaml');
  });
});
