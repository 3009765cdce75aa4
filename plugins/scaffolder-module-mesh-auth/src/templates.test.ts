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
import { JsonObject } from '@backstage/types';
import { Manifest, parseDeclaration } from '@mesh-auth/access-model';
import { HostExposures } from '@mesh-auth/plugin-mesh-auth-common';
import { execFile } from 'child_process';
import Router from 'express-promise-router';
import fs from 'fs-extra';
import { join, relative } from 'path';
import { generate } from 'selfsigned';
import request from 'supertest';
import { promisify } from 'util';
import { parse } from 'yaml';
import scaffolderModuleMeshAuth from '.';
import { scaffolderConfigData } from './__testUtils__/scaffolderConfig';

const TEMPLATES = join(__dirname, '../../../templates');

// Loading a whole backend takes its time on a busy machine.
jest.setTimeout(60_000);

/** Answers what serves a host, as the backend plugin would. */
function meshAuthBackend(taken: string) {
  return createBackendPlugin({
    pluginId: 'mesh-auth',
    register(env) {
      env.registerInit({
        deps: { http: coreServices.httpRouter },
        async init({ http }) {
          const router = Router();
          router.get('/exposures', (req, res) => {
            const host = String(req.query.host);
            const answer: HostExposures = {
              host,
              exposures:
                host === taken
                  ? [
                      {
                        route: {
                          source: 'folder:demo',
                          kind: 'VirtualService',
                          namespace: 'shop',
                          name: 'owner',
                        },
                        gateway: {
                          source: 'folder:demo',
                          kind: 'Gateway',
                          name: 'public',
                        },
                        path: { type: 'prefix', value: '/' },
                      },
                    ]
                  : [],
              sources: [
                {
                  id: 'folder:demo',
                  kind: 'folder',
                  title: 'Demo',
                  state: 'live',
                  warnings: [],
                },
              ],
            };
            res.json(answer);
          });
          http.use(router);
        },
      });
    },
  });
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(entry => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesOf(path) : [path];
    }),
  );
  return found.flat();
}

/** The values with which a form starts, like the one that Backstage makes of a template's parameters. */
function defaultsOf(template: any): JsonObject {
  return Object.fromEntries(
    template.spec.parameters.flatMap((page: any) =>
      Object.entries<any>(page.properties)
        .filter(([, property]) => property.default !== undefined)
        .map(([name, property]) => [name, property.default]),
    ),
  );
}

describe('templates', () => {
  const created = createMockDirectory();
  const certificates = createMockDirectory();
  certificates.setContent({
    'tls.crt': generate([{ name: 'commonName', value: 'sealed-secrets' }], {
      keySize: 2048,
      days: 1,
    }).cert,
  });
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  beforeAll(async () => {
    backend = await startTestBackend({
      features: [
        scaffolderPlugin,
        githubModule,
        scaffolderModuleMeshAuth,
        meshAuthBackend('taken.example.com'),
        catalogServiceMock.factory({
          entities: [
            {
              apiVersion: 'backstage.io/v1alpha1',
              kind: 'Component',
              metadata: { name: 'orders', namespace: 'default' },
            },
          ],
        }),
        mockServices.rootConfig.factory({
          data: {
            meshAuth: {
              scaffolder: {
                ...scaffolderConfigData,
                sealedSecrets: {
                  certificateFile: certificates.resolve('tls.crt'),
                },
              },
            },
          },
        }),
      ],
    });
  });
  afterAll(() => backend.stop());
  beforeEach(() => created.clear());

  /** Runs a template through the scaffolder's own dry run and unpacks what it would have published. */
  async function dryRun(name: string, values: JsonObject) {
    const folder = join(TEMPLATES, name);
    const template = parse(
      await fs.readFile(join(folder, 'template.yaml'), 'utf8'),
    );
    const directoryContents = await Promise.all(
      (
        await filesOf(folder)
      ).map(async path => ({
        path: relative(folder, path),
        base64Content: (await fs.readFile(path)).toString('base64'),
      })),
    );
    const response = await request(backend.server)
      .post('/api/scaffolder/v2/dry-run')
      .set('authorization', mockCredentials.user.header())
      .send({
        template,
        values: { ...defaultsOf(template), ...values },
        secrets: {},
        directoryContents,
      });
    for (const file of response.body.directoryContents ?? []) {
      await fs.outputFile(
        created.resolve(file.path),
        Buffer.from(file.base64Content, 'base64'),
      );
    }
    return response;
  }

  async function manifests(): Promise<Manifest[]> {
    const { resources } = parse(
      await fs.readFile(created.resolve('deploy/kustomization.yaml'), 'utf8'),
    );
    return Promise.all(
      resources.map(async (file: string) =>
        parse(await fs.readFile(created.resolve('deploy', file), 'utf8')),
      ),
    );
  }

  describe('secured-service', () => {
    const github = {
      owner: 'group:default/team-orders',
      publishTo: 'github',
      repoUrl: 'github.com?owner=shop&repo=returns',
    };

    it.each<[string, JsonObject, JsonObject]>([
      [
        'for people',
        { system: 'system:default/shop', description: 'Says "no": often' },
        { host: 'returns.example.com', pathPrefix: '/' },
      ],
      [
        'for programs',
        { address: 'api', secret: 'sealed' },
        { host: 'returns.api.example.com', pathPrefix: '/' },
      ],
      [
        'on a path of a shared host',
        { address: 'path', path: '/takeback', namespace: 'shop' },
        { host: 'shop.example.com', pathPrefix: '/takeback' },
      ],
    ])('creates a service %s that runs', async (_title, values, exposure) => {
      const response = await dryRun('secured-service', {
        name: 'returns',
        ...github,
        ...values,
      });
      expect(response.body.error).toBeUndefined();
      expect(response.status).toBe(200);

      const objects = await manifests();
      const { declaration } = parseDeclaration(objects, 'returns');
      expect(declaration?.exposure).toMatchObject(exposure);
      expect(declaration?.exposure?.loginWall !== undefined).toBe(
        values.address !== 'api',
      );
      expect(declaration?.rules).toHaveLength(4);
      const kinds = objects.map(({ kind }) => kind);
      expect(kinds).toContain('KeycloakClient');
      expect(kinds.includes('SealedSecret')).toBe(values.secret === 'sealed');

      const entity = parse(
        await fs.readFile(created.resolve('catalog-info.yaml'), 'utf8'),
      );
      expect(entity).toMatchObject({
        kind: 'Component',
        metadata: {
          name: 'returns',
          annotations: {
            'backstage.io/kubernetes-namespace': values.namespace ?? 'returns',
            'backstage.io/kubernetes-label-selector': 'app=returns',
            'mesh-auth.io/keycloak-client': 'main/shop/returns',
          },
        },
        spec: { owner: 'group:default/team-orders' },
      });
      expect(entity.spec.system).toBe(values.system);
      expect(entity.metadata.description).toBe(
        values.description ?? 'The service returns',
      );

      const readme = await fs.readFile(created.resolve('README.md'), 'utf8');
      for (const { path } of declaration!.rules.flatMap(rule =>
        rule.paths.map(declared => ({ path: declared })),
      )) {
        expect(readme).toContain(`\`${path}\``);
      }
      expect(readme).not.toMatch(/\$\{\{|\{%|undefined/);

      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--test'],
        {
          cwd: created.path,
          // Without the settings of the test runner that runs this test.
          env: { PATH: process.env.PATH },
        },
      );
      expect(stdout).toMatch(/fail 0/);
    });

    it.each<[string, JsonObject, string]>([
      ['a name that is taken', { name: 'orders' }, 'exists already'],
      [
        'a host that is taken',
        { host: 'taken.example.com' },
        'is taken by VirtualService shop/owner in Demo',
      ],
      ['an unknown role', { roles: [] }, 'is not a role of this service'],
      [
        'rules that open each other',
        {
          rules: [
            { paths: ['/*'], access: 'loggedIn' },
            { paths: ['/a'], access: 'roles', roles: ['editor'] },
          ],
        },
        'name the paths of the broader rule one by one',
      ],
    ])('refuses %s and writes nothing', async (_title, values, message) => {
      const response = await dryRun('secured-service', {
        name: 'returns',
        ...github,
        ...values,
      });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(JSON.stringify(response.body)).toContain(message);
      expect(created.content()).toEqual({});
    });

    it.each<[string, JsonObject]>([
      ['a name', { name: 'Re_turns' }],
      ['a host', { host: 'returns.example.org' }],
      ['a host with a port', { host: 'returns.example.com:80' }],
      ['a realm', { realm: 'master' }],
      ['a namespace', { namespace: 'a.b' }],
      [
        'a method',
        { rules: [{ paths: ['/'], methods: ['get'], access: 'public' }] },
      ],
    ])(
      'does not take %s that is none, in the form already',
      async (_title, values) => {
        const response = await dryRun('secured-service', {
          name: 'returns',
          ...github,
          ...values,
        });
        expect(response.status).toBe(400);
        expect(response.body.errors).not.toHaveLength(0);
      },
    );
  });
});
