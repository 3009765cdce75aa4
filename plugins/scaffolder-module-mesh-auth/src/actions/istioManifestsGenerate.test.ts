import { createMockDirectory } from '@backstage/backend-test-utils';
import { JsonObject, JsonValue } from '@backstage/types';
import { Manifest, parseDeclaration } from '@mesh-auth/access-model';
import { parse } from 'yaml';
import { HostClaims } from '../hosts/HostLookup';
import { runAction } from '../__testUtils__/runAction';
import { scaffolderConfig } from '../__testUtils__/scaffolderConfig';
import { createIstioManifestsGenerateAction } from './istioManifestsGenerate';

const input = {
  name: 'returns',
  host: 'returns.example.com',
  realm: 'shop',
  roles: [{ name: 'reader' }, { name: 'editor' }],
  rules: [
    { paths: ['/'], methods: ['GET'], access: 'loggedIn' },
    {
      paths: ['/items/*'],
      methods: ['GET'],
      access: 'roles',
      roles: ['reader'],
    },
    {
      paths: ['/items/{id}'],
      methods: ['POST'],
      access: 'roles',
      roles: ['realm:admin', 'editor'],
    },
  ],
};

describe('mesh-auth:istio-manifests:generate', () => {
  const workspace = createMockDirectory();
  const claimsOf = jest.fn<Promise<HostClaims>, [{ host: string }]>();

  beforeEach(() => {
    workspace.clear();
    claimsOf.mockReset().mockResolvedValue({ claims: [] });
  });

  function run(
    overrides: JsonObject = {},
    config: JsonObject = {},
    checkpoints: Record<string, JsonValue> = {},
  ) {
    return runAction({
      checkpoints,
      action: createIstioManifestsGenerateAction({
        config: scaffolderConfig(config),
        hostLookup: { claimsOf },
      }),
      input: { ...input, ...overrides },
      workspacePath: workspace.path,
    });
  }

  function files(): Record<string, string> {
    return workspace.content({ path: 'deploy' }) as Record<string, string>;
  }

  it('writes manifests that say what the form says', async () => {
    const { outputs, log } = await run();
    expect(outputs).toMatchObject({
      address: 'https://returns.example.com',
      namespace: 'returns',
      labelSelector: 'app=returns',
      loginWall: true,
      hostVerified: true,
      access: [
        { methods: 'GET', path: '/', who: 'anyone logged in' },
        { methods: 'GET', path: '/items/*', who: 'role reader' },
        {
          methods: 'POST',
          path: '/items/{*}',
          who: 'role editor or admin (of the realm)',
        },
      ],
    });
    expect(log).toContain('GET /items/*: role reader');
    const manifests = Object.values(files())
      .map(text => parse(text) as Manifest)
      .filter(manifest => manifest.kind !== 'Kustomization');
    const { declaration } = parseDeclaration(manifests, 'returns');
    expect(declaration).toEqual({
      service: {
        name: 'returns',
        namespace: 'returns',
        ownsNamespace: true,
        image: 'registry.example.com/shop/returns:latest',
        containerPort: 8080,
      },
      exposure: {
        kind: 'virtualService',
        host: 'returns.example.com',
        pathPrefix: '/',
        gateway: {
          namespace: 'istio-system',
          name: 'public',
          serviceAccount: {
            namespace: 'istio-system',
            name: 'istio-ingressgateway',
          },
        },
        loginWall: {
          tokenHeader: 'x-auth-request-access-token',
          audience: 'oauth2-proxy',
          signIn: {
            namespace: 'oauth2-proxy',
            service: 'oauth2-proxy',
            port: 4180,
          },
        },
      },
      identity: {
        issuer: 'https://sso.example.com/auth/realms/shop',
        jwksUri: 'http://keycloak.keycloak.svc.cluster.local:8080/certs',
        clientId: 'returns',
      },
      rules: [
        { methods: ['GET'], paths: ['/'], access: { kind: 'loggedIn' } },
        {
          methods: ['GET'],
          paths: ['/items/*'],
          access: {
            kind: 'roles',
            roles: [{ kind: 'client', name: 'reader' }],
          },
        },
        {
          methods: ['POST'],
          paths: ['/items/{*}'],
          access: {
            kind: 'roles',
            roles: [
              { kind: 'client', name: 'editor' },
              { kind: 'realm', name: 'admin' },
            ],
          },
        },
      ],
      callers: [],
    });
  });

  it('delivers what other actions wrote before', async () => {
    workspace.setContent({
      deploy: { 'keycloak-client.yaml': 'kind: KeycloakClient\n' },
    });
    await run();
    expect(parse(files()['kustomization.yaml']).resources).toEqual([
      'authorization-policy.yaml',
      'deployment.yaml',
      'keycloak-client.yaml',
      'namespace.yaml',
      'peer-authentication.yaml',
      'request-authentication.yaml',
      'service-account.yaml',
      'service.yaml',
      'virtual-service.yaml',
    ]);
  });

  it('delivers what later steps will write', async () => {
    await run({ alsoDeliver: ['keycloak-client.yaml'] });
    expect(parse(files()['kustomization.yaml']).resources).toContain(
      'keycloak-client.yaml',
    );
  });

  it('keeps the Application of Argo CD out of what it delivers', async () => {
    await run({ repositoryUrl: 'https://git.example.com/shop/returns.git' });
    const application = parse(
      (files() as any).argocd['application.yaml'] as string,
    );
    expect(application.spec.source).toEqual({
      repoURL: 'https://git.example.com/shop/returns.git',
      targetRevision: 'main',
      path: 'deploy',
    });
    expect(files()['kustomization.yaml']).not.toContain('argocd');
  });

  it('writes an HTTPRoute for a gateway of the Gateway API', async () => {
    const { outputs } = await run({
      gateway: 'shared',
      host: 'shop.example.com',
      path: '/returns',
      namespace: 'shop',
      rules: [
        { paths: ['/', '/a/{id}'], access: 'public' },
        { paths: ['/b/*'], access: 'loggedIn' },
      ],
    });
    expect(outputs).toMatchObject({
      address: 'https://shop.example.com/returns',
      loginWall: false,
      access: [
        { path: '/returns', who: 'public' },
        { path: '/returns/a/{*}', who: 'public' },
        { path: '/returns/b/*', who: 'anyone logged in' },
      ],
    });
    expect(parse(files()['http-route.yaml'])).toMatchObject({
      metadata: { namespace: 'shop' },
      spec: { hostnames: ['shop.example.com'] },
    });
    expect(files()['namespace.yaml']).toBeUndefined();
  });

  it('puts the host behind the wall where each service does so itself', async () => {
    await run({
      gateway: 'own-walls',
      rules: [
        { paths: ['/about'], methods: ['GET'], access: 'public' },
        { paths: ['/'], access: 'loggedIn' },
      ],
    });
    expect(parse(files()['login-wall.yaml'])).toMatchObject({
      metadata: { namespace: 'istio-system' },
      spec: { action: 'CUSTOM', provider: { name: 'oauth2-proxy' } },
    });
  });

  it('gives the same files when it runs again', async () => {
    await run();
    const before = workspace.content();
    await run();
    expect(workspace.content()).toEqual(before);
  });

  it.each<[string, JsonObject, string]>([
    ['a name that is no DNS label', { name: 'Re_turns' }, 'instance.name'],
    ['a host with upper case', { host: 'A.example.com' }, 'instance.host'],
    ['a host with a port', { host: 'a.example.com:443' }, 'instance.host'],
    ['a wildcard host', { host: '*.example.com' }, 'instance.host'],
    [
      'a host of someone else',
      { host: 'returns.example.org' },
      'host: returns.example.org is not among the hosts that the platform offers (shop.example.com, *.example.com, *.api.example.com)',
    ],
    [
      'a host two levels below the domain',
      { host: 'a.returns.example.com' },
      'host: a.returns.example.com is not among',
    ],
    [
      'the whole of a shared host',
      { host: 'shop.example.com' },
      'path: shop.example.com is shared',
    ],
    ['an unknown realm', { realm: 'shopp' }, 'realm: shopp is not among'],
    ['an unknown gateway', { gateway: 'x' }, 'gateway: x is not among'],
    [
      'a wall where there is none',
      { gateway: 'shared', loginWall: true },
      'loginWall: gateway shared has no login wall',
    ],
    [
      "no wall where the platform's covers the host",
      { loginWall: false },
      'loginWall: the platform puts returns.example.com behind its login wall',
    ],
    [
      'a wall where the platform leaves the host out',
      { host: 'returns.api.example.com' },
      "loginWall: the platform's login wall leaves out returns.api.example.com",
    ],
    [
      'a public path behind the wall of the platform',
      { rules: [{ paths: ['/about'], access: 'public' }] },
      "rules[0].paths: the platform's login wall asks for a login at /about",
    ],
    [
      'a role that the service does not have',
      {
        rules: [{ paths: ['/'], access: 'roles', roles: ['admin'] }],
      },
      'rules[0].roles: admin is not a role of this service (reader, editor)',
    ],
    [
      'a composite that does not exist',
      { roles: [{ name: 'reader', includes: ['x'] }, { name: 'editor' }] },
      'roles[0].composites[0]: x is not a role of this client',
    ],
    [
      'roles beside another access',
      { rules: [{ paths: ['/'], access: 'loggedIn', roles: ['reader'] }] },
      'rules[0].roles: roles are asked for, but access is loggedIn',
    ],
    [
      'a rule without roles',
      { rules: [{ paths: ['/'], access: 'roles' }] },
      'rules[0].access.roles: name at least one role',
    ],
    [
      'a broad rule that opens a narrow one',
      {
        rules: [
          { paths: ['/*'], access: 'loggedIn' },
          { paths: ['/admin/*'], access: 'roles', roles: ['editor'] },
        ],
      },
      'rules[1].paths[0]: /* (anyone logged in) includes /admin/*',
    ],
    [
      'a method that is none',
      {
        rules: [{ paths: ['/'], methods: ['get'], access: 'loggedIn' }],
      },
      'instance.rules[0].methods[0]',
    ],
    ['no rules', { rules: [] }, 'rules: a service behind a gateway needs'],
    [
      "the gateway's namespace",
      { namespace: 'istio-system' },
      'service.namespace: "istio-system" belongs to the platform',
    ],
    ['a reserved namespace', { namespace: 'argocd' }, 'namespace: argocd'],
    ['an image that is none', { image: 'A b' }, 'service.image'],
    [
      'a folder outside of the workspace',
      { targetPath: 'a/../../b' },
      'instance.targetPath',
    ],
  ])('refuses %s and writes nothing', async (_title, overrides, message) => {
    await expect(run(overrides)).rejects.toThrow(message);
    expect(workspace.content()).toEqual({});
  });

  it('refuses everything when nothing is configured', async () => {
    await expect(
      run({}, { hosts: [], realms: [], gateways: [] }),
    ).rejects.toThrow('none is configured');
  });

  it('refuses a host that is taken, and names the owner', async () => {
    claimsOf.mockResolvedValue({
      claims: [{ owner: 'VirtualService shop/returns in demo', path: '/x' }],
    });
    await expect(run({ allowUnverified: true })).rejects.toThrow(
      'host: returns.example.com is taken by VirtualService shop/returns in demo',
    );
    expect(workspace.content()).toEqual({});
  });

  it('goes on without knowing only when told to', async () => {
    claimsOf.mockResolvedValue({
      claims: [],
      unverified: 'Demo cluster is unavailable',
    });
    await expect(run()).rejects.toThrow(
      'could not verify that returns.example.com is free: Demo cluster is unavailable',
    );
    expect(workspace.content()).toEqual({});
    const { outputs, log } = await run({ allowUnverified: true });
    expect(outputs.hostVerified).toBe(false);
    expect(log).toContain('could not verify that returns.example.com is free');
  });

  it('can be retried after the service was published', async () => {
    const { checkpoints } = await run();
    claimsOf.mockResolvedValue({
      claims: [{ owner: 'VirtualService returns/returns in demo', path: '/' }],
    });
    await expect(run()).rejects.toThrow('is taken');
    const { outputs } = await run({}, {}, checkpoints);
    expect(outputs.hostVerified).toBe(true);
  });

  it('overwrites nothing, and then writes nothing else', async () => {
    workspace.setContent({ deploy: { 'service.yaml': 'mine: true\n' } });
    await expect(run()).rejects.toThrow(
      'deploy/service.yaml exists with another content',
    );
    expect(workspace.content()).toEqual({
      deploy: { 'service.yaml': 'mine: true\n' },
    });
  });
});
