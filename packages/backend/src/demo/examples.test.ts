import fs from 'node:fs';
import path from 'node:path';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { parseEntityYaml } from '@backstage/plugin-catalog-node';
import {
  countHolders,
  createMesh,
  createRealmGraph,
  effectiveHolders,
  MeshObject,
  readManifests,
  readRealm,
} from '@mesh-auth/access-model';
import {
  ANNOTATION_KEYCLOAK_CLIENT,
  ANNOTATION_KUBERNETES_LABEL_SELECTOR,
  ANNOTATION_KUBERNETES_NAMESPACE,
  parseKeycloakClientAnnotation,
} from '@mesh-auth/plugin-mesh-auth-common';

const examples = path.resolve(__dirname, '../../../../examples');

function yamlFiles(folder: string) {
  return fs
    .readdirSync(path.join(examples, folder), { recursive: true })
    .map(String)
    .filter(file => file.endsWith('.yaml'))
    .sort()
    .map(file => ({
      path: path.join(folder, file),
      text: fs.readFileSync(path.join(examples, folder, file), 'utf8'),
    }));
}

const manifests = readManifests({ files: yamlFiles('manifests') });
const mesh = createMesh(manifests);
const realmFile = fs.readFileSync(
  path.join(examples, 'realm/shop-realm.json'),
  'utf8',
);
const realm = readRealm(JSON.parse(realmFile));
const graph = createRealmGraph(realm);
const clientIds = realm.clients.map(client => client.clientId);

const entities: Entity[] = yamlFiles('catalog').flatMap(file =>
  [
    ...parseEntityYaml(Buffer.from(file.text), {
      type: 'file',
      target: file.path,
    }),
  ].map(result => {
    if (result.type !== 'entity') {
      throw new Error(`${file.path} holds something else than entities`);
    }
    return result.entity;
  }),
);
const components = entities.filter(entity => entity.kind === 'Component');

function objects(kind: string): MeshObject[] {
  return manifests.objects.filter(object => object.kind === kind);
}

function names(kind: string): string[] {
  return objects(kind).map(
    ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
  );
}

/** Every value below a key of that name, at any depth. */
function valuesOf(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap(item => valuesOf(item, key));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([name, item]) =>
    name === key ? [item].flat() : valuesOf(item, key),
  );
}

describe('the manifests of the demo world', () => {
  it('are read without a problem', () => {
    expect(manifests.problems).toEqual([]);
    expect(manifests.objects.length).toBeGreaterThan(60);
  });

  it('stand in one folder for each namespace', () => {
    for (const file of yamlFiles('manifests')) {
      const [, folder] = file.path.split(path.sep);
      const { objects: found } = readManifests({ files: [file] });
      for (const { kind, metadata } of found) {
        expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe(
          folder,
        );
      }
    }
  });

  it('route to services that exist', () => {
    const hosts = names('Service').map(
      name => `${name.split('/').reverse().join('.')}.svc.cluster.local`,
    );
    const destinations = objects('VirtualService').flatMap(route =>
      valuesOf(route.spec, 'host'),
    );
    expect(destinations.length).toBeGreaterThan(0);
    for (const host of destinations) {
      expect(hosts).toContain(host);
    }
  });

  it('ask for roles, audiences and identities that exist', () => {
    const roles = realm.realmRoles.map(role => role.name);
    const conditions = objects('AuthorizationPolicy').flatMap(policy =>
      valuesOf(policy.spec, 'when'),
    ) as { key: string; values: string[] }[];
    expect(conditions.length).toBeGreaterThan(0);
    for (const { key, values } of conditions) {
      expect(key).toBe('request.auth.claims[realm_access][roles]');
      expect(roles).toEqual(expect.arrayContaining(values));
    }

    const audiences = objects('RequestAuthentication').flatMap(policy =>
      valuesOf(policy.spec, 'audiences'),
    );
    expect(clientIds).toEqual(expect.arrayContaining(audiences));

    // istiod makes the account of the Gateway API's gateway.
    const accounts = [
      ...names('ServiceAccount'),
      'istio-ingress/shared-istio',
    ].map(name => `cluster.local/ns/${name.replace('/', '/sa/')}`);
    const principals = objects('AuthorizationPolicy').flatMap(policy =>
      valuesOf(policy.spec, 'principals'),
    );
    expect(principals.length).toBeGreaterThan(0);
    expect(accounts).toEqual(expect.arrayContaining(principals));
  });

  it('deny by default in every namespace with workloads', () => {
    const namespaces = new Set(
      mesh
        .workloads()
        .map(workload => workload.namespace)
        .filter(namespace => namespace !== 'istio-system'),
    );
    expect([...namespaces].sort()).toEqual([
      'echo',
      'foo',
      'keycloak',
      'oauth2-proxy',
      'shop',
    ]);
    for (const namespace of namespaces) {
      expect(
        objects('AuthorizationPolicy').find(
          ({ metadata }) =>
            metadata.namespace === namespace &&
            metadata.name === 'deny-by-default',
        )?.spec,
      ).toEqual({});
      expect(
        objects('PeerAuthentication').find(
          ({ metadata }) =>
            metadata.namespace === namespace && metadata.name === 'default',
        )?.spec,
      ).toEqual({ mtls: { mode: 'STRICT' } });
    }
  });
});

describe('the realm of the demo world', () => {
  it('holds no secret', () => {
    const realmJson = JSON.parse(realmFile);
    for (const key of [
      'secret',
      'credentials',
      'password',
      'privateKey',
      'certificate',
      'components',
      'smtpServer',
      'registrationAccessToken',
    ]) {
      expect(valuesOf(realmJson, key)).toEqual([]);
    }
  });

  it('has the people that the documentation counts', () => {
    const people = realm.users.filter(
      user => !user.username.startsWith('service-account-'),
    );
    expect(people).toHaveLength(45);
    expect(countHolders(graph, { name: 'customer' })).toMatchObject({
      users: 41,
      serviceAccounts: 1,
      state: 'known',
    });

    const users = (role: string) =>
      effectiveHolders(graph, { name: role })!
        .holders.filter(({ type }) => type === 'user')
        .map(({ name }) => name);
    expect(users('admin')).toEqual(['bob', 'ruth', 'victor']);
    expect(new Set([...users('customer'), ...users('admin')]).size).toBe(44);
  });

  it('gives the mesh roles to the service accounts that need them', () => {
    for (const [role, account] of [
      ['inventory_updater', 'service-account-orders'],
      ['data_processor', 'service-account-payments'],
    ]) {
      expect(
        effectiveHolders(graph, { name: role })!.holders.map(
          ({ name }) => name,
        ),
      ).toEqual([account]);
    }
  });
});

describe('the catalog of the demo world', () => {
  it('describes one component for each workload of the services', () => {
    expect(components.map(({ metadata }) => metadata.name).sort()).toEqual([
      'echo',
      'frontend',
      'httpbin',
      'inventory',
      'orders',
      'payments',
      'products',
      'sleep',
    ]);
  });

  it.each(components.map(entity => [entity.metadata.name, entity] as const))(
    'finds the workload and the client of %s',
    (name, { metadata: { annotations = {} } }) => {
      const [label, value] =
        annotations[ANNOTATION_KUBERNETES_LABEL_SELECTOR].split('=');
      const workloads = mesh
        .workloads()
        .filter(
          workload =>
            workload.namespace ===
              annotations[ANNOTATION_KUBERNETES_NAMESPACE] &&
            workload.labels[label] === value,
        );
      expect(workloads.map(workload => workload.serviceAccount)).toEqual([
        name,
      ]);

      const { clients, problems } = parseKeycloakClientAnnotation(
        annotations[ANNOTATION_KEYCLOAK_CLIENT],
      );
      expect(problems).toEqual([]);
      expect(clients).toEqual(
        ['echo', 'sleep'].includes(name)
          ? []
          : [{ instance: 'main', realm: 'shop', clientId: name }],
      );
      for (const { clientId } of clients) {
        expect(clientIds).toContain(clientId);
      }
    },
  );

  it('refers to entities that exist', () => {
    const refs = entities.map(entity => stringifyEntityRef(entity));
    for (const { spec = {} } of entities) {
      const referred = [
        ...[spec.owner, spec.memberOf]
          .flat()
          .filter(Boolean)
          .map(name => `group:default/${name}`),
        ...[spec.providesApis, spec.consumesApis]
          .flat()
          .filter(Boolean)
          .map(name => `api:default/${name}`),
        ...[spec.system].filter(Boolean).map(name => `system:default/${name}`),
      ];
      expect(refs).toEqual(expect.arrayContaining(referred));
    }
  });
});
