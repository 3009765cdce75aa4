import fs from 'node:fs';
import path from 'node:path';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  createMockDirectory,
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import githubModule from '@backstage/plugin-scaffolder-backend-module-github';
import { Manifest, parseDeclaration } from '@mesh-auth/access-model';
import scaffolderModuleMeshAuth from '@mesh-auth/plugin-scaffolder-backend-module-mesh-auth';
import express from 'express';
import git from 'isomorphic-git';
import { parse } from 'yaml';
import scaffolderModuleLocalGit from './scaffolderModuleLocalGit';

const ROOT = path.resolve(__dirname, '../../../..');
const NAMES = ['secured-service', 'change-access', 'grant-service-access'];

// Loading a whole backend takes its time on a busy machine.
jest.setTimeout(120_000);

function template(name: string) {
  const file = path.join(ROOT, 'templates', name, 'template.yaml');
  const entity = parse(fs.readFileSync(file, 'utf8'));
  return {
    ...entity,
    metadata: {
      ...entity.metadata,
      namespace: 'default',
      annotations: { 'backstage.io/managed-by-location': `file:${file}` },
    },
  };
}

/** Says of every host that nothing serves it. */
const meshAuthBackend = createBackendPlugin({
  pluginId: 'mesh-auth',
  register(env) {
    env.registerInit({
      deps: { http: coreServices.httpRouter },
      async init({ http }) {
        const router = express.Router();
        router.get('/exposures', (req, res) => {
          const source = { kind: 'folder', state: 'live', warnings: [] };
          res.json({
            host: req.query.host,
            exposures: [],
            sources: [{ id: 'folder:demo', title: 'Demo', ...source }],
          });
        });
        http.use(router);
      },
    });
  },
});

describe('the templates of the demo', () => {
  const demo = createMockDirectory();
  const repository = () => demo.resolve('repositories/returns');
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  beforeAll(async () => {
    const { meshAuth } = parse(
      fs.readFileSync(path.join(ROOT, 'app-config.yaml'), 'utf8'),
    );
    backend = await startTestBackend({
      features: [
        scaffolderPlugin,
        githubModule,
        scaffolderModuleMeshAuth,
        scaffolderModuleLocalGit,
        meshAuthBackend,
        catalogServiceMock.factory({ entities: NAMES.map(template) }),
        mockServices.rootConfig.factory({
          data: {
            meshAuth: { scaffolder: meshAuth.scaffolder },
            meshAuthDemo: { enabled: true, directory: demo.path },
          },
        }),
      ],
    });
  });
  afterAll(() => backend.stop());

  async function call(method: string, route: string, body?: object) {
    const address = `http://localhost:${backend.server.port()}/api/scaffolder/v2${route}`;
    const response = await fetch(address, {
      method,
      headers: {
        authorization: mockCredentials.user.header(),
        'content-type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return response.json() as Promise<any>;
  }

  /** Runs a template to its end. */
  async function run(name: string, values: object) {
    const { id, errors } = await call('POST', '/tasks', {
      templateRef: `template:default/${name}`,
      values: { publishTo: 'local', ...values },
    });
    expect(errors).toBeUndefined();
    for (;;) {
      const task = await call('GET', `/tasks/${id}`);
      if (['completed', 'failed'].includes(task.status)) {
        const events = await call('GET', `/tasks/${id}/events`);
        const { body } = events.find(
          (event: any) => event.type === 'completion',
        );
        return { status: task.status, ...body };
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  function declaration() {
    const folder = path.join(repository(), 'deploy');
    const manifests = fs
      .readdirSync(folder)
      .filter(file => file.endsWith('.yaml'))
      .map(file => parse(fs.readFileSync(path.join(folder, file), 'utf8')))
      .filter((manifest: Manifest) => manifest.kind !== 'Kustomization');
    return parseDeclaration(manifests, 'returns').declaration!;
  }

  it('create a service, change its access, and let another call it', async () => {
    const created = await run('secured-service', {
      name: 'returns',
      owner: 'group:default/team-orders',
      address: 'web',
      gateway: 'public',
      realm: 'shop',
      roles: [{ name: 'reader' }],
      rules: [
        { paths: ['/items'], access: 'roles', roles: ['reader'] },
        { paths: ['/'], methods: ['GET'], access: 'loggedIn' },
      ],
    });
    expect(created.error).toBeUndefined();
    expect(created.output.text[0].content).toContain(
      '| `/items` | role reader',
    );
    expect(declaration().exposure?.host).toBe('returns.example.com');

    const service = 'component:default/returns';
    const changed = await run('change-access', {
      service,
      addRoles: [{ name: 'auditor' }],
      addRules: [
        { paths: ['/reports/*'], access: 'roles', roles: ['auditor'] },
      ],
      removeRules: [{ path: '/' }],
    });
    expect(changed.error).toBeUndefined();
    expect(changed.output.text[0].content).toContain(
      'every method /reports/\\*: opened to role auditor',
    );
    expect(declaration().rules.map(rule => rule.paths)).toEqual([
      ['/items'],
      ['/reports/*'],
    ]);

    const granted = await run('grant-service-access', {
      callee: service,
      caller: 'shop/orders',
      paths: ['/items'],
      methods: ['GET'],
    });
    expect(granted.error).toBeUndefined();
    expect(declaration().callers).toEqual([
      {
        caller: { namespace: 'shop', name: 'orders' },
        methods: ['GET'],
        paths: ['/items'],
        roles: [],
      },
    ]);
    const log = await git.log({ fs, dir: repository() });
    expect(log.map(({ commit }) => commit.message.trim())).toEqual([
      'Let shop/orders call returns',
      'Change who may call returns',
      'Create returns from the template secured-service',
    ]);

    // What is refused leaves the repository as it is.
    const refused = await run('change-access', {
      service,
      addRules: [{ paths: ['/*'], access: 'loggedIn' }],
    });
    expect(refused.status).toBe('failed');
    expect(refused.error.message).toContain('the broader rule would open it');
    expect(await git.log({ fs, dir: repository() })).toHaveLength(3);
    const again = await run('change-access', {
      service,
      addRoles: [{ name: 'auditor' }],
    });
    expect(again.error).toBeUndefined();
    expect(await git.log({ fs, dir: repository() })).toHaveLength(3);
  });
});
