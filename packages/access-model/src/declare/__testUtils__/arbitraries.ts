import * as fc from 'fast-check';
import {
  AccessDeclaration,
  AccessRule,
  ExposureDeclaration,
  RoleReference,
  RuleAccess,
} from '../types';
import { KeycloakClientDeclaration } from '../keycloakClient';
import { HTTP_METHODS, validateDeclaration } from '../validateDeclaration';

/** Words on which YAML readers disagree, beside ordinary ones. */
const label = fc.oneof(
  fc.constantFrom('y', 'n', 'on', 'off', 'no', 'yes', 'orders', 'a-1', 'e10'),
  fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/),
);
const roleName = fc.oneof(
  fc.constantFrom('y', 'no', 'on', 'true', 'null', '1e3', '0x1f', '12:30'),
  fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9_.:-]{0,8}[A-Za-z0-9])?$/),
);
const segment = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'items', 'y') },
  { weight: 1, arbitrary: fc.constant('{*}') },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z0-9~!$&'()+,=:@]{1,5}$/) },
);
const methods = fc.uniqueArray(fc.constantFrom(...HTTP_METHODS), {
  maxLength: 3,
});
const roles: fc.Arbitrary<RoleReference[]> = fc
  .tuple(
    fc.uniqueArray(roleName, { maxLength: 2 }),
    fc.uniqueArray(roleName, { maxLength: 2 }),
  )
  .map(([client, realm]) => [
    ...client.map(name => ({ kind: 'client' as const, name })),
    ...realm.map(name => ({ kind: 'realm' as const, name })),
  ]);
const access: fc.Arbitrary<RuleAccess> = fc.oneof(
  fc.constant({ kind: 'public' as const }),
  fc.constant({ kind: 'loggedIn' as const }),
  roles
    .filter(list => list.length > 0)
    .map(list => ({ kind: 'roles' as const, roles: list })),
);
const account = fc.record({ namespace: label, name: label });

function paths(prefix: string): fc.Arbitrary<string[]> {
  const path = fc
    .record({
      segments: fc.array(segment, { maxLength: 3 }),
      subtree: fc.boolean(),
    })
    .map(({ segments, subtree }) => {
      const base = [
        ...(prefix === '/' ? [] : [prefix.slice(1)]),
        ...segments,
      ].join('/');
      if (!subtree) {
        return `/${base}`;
      }
      return base === '' ? '/*' : `/${base}/*`;
    });
  return fc.uniqueArray(path, { minLength: 1, maxLength: 3 });
}

function rules(prefix: string): fc.Arbitrary<AccessRule[]> {
  return fc.array(fc.record({ methods, paths: paths(prefix), access }), {
    minLength: 1,
    maxLength: 4,
  });
}

type Kind = 'virtualService' | 'httpRoute';

function walls(kind: Kind) {
  return fc.record(
    {
      tokenHeader: fc.constantFrom('x-auth-request-access-token', 'x-token'),
      audience: label,
      signIn: fc.record({
        namespace: label,
        service: label,
        port: fc.integer({ min: 1, max: 65535 }),
      }),
      policy: fc.record({
        provider: label,
        ...(kind === 'virtualService' && {
          gatewayLabels: fc.constant({ istio: 'y' }),
        }),
      }),
    },
    { requiredKeys: ['tokenHeader', 'audience'] },
  );
}

function exposures(kind: Kind): fc.Arbitrary<ExposureDeclaration> {
  return fc.record(
    {
      kind: fc.constant(kind),
      host: fc
        .tuple(label, label)
        .map(parts => `${parts.join('.')}.example.com`),
      pathPrefix: fc.constantFrom('/', '/shop', '/shop/y'),
      gateway: fc.record(
        {
          namespace: fc.constant('istio-ingress'),
          name: label,
          ...(kind === 'httpRoute' && { listener: label }),
          serviceAccount: account,
        },
        { requiredKeys: ['namespace', 'name'] },
      ),
      loginWall: walls(kind),
    },
    { requiredKeys: ['kind', 'host', 'pathPrefix', 'gateway'] },
  );
}

const exposure = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 5, arbitrary: exposures('virtualService') },
  { weight: 4, arbitrary: exposures('httpRoute') },
);

/** Declarations that {@link validateDeclaration} takes. */
export const declarations: fc.Arbitrary<AccessDeclaration> = exposure
  .chain(exposed =>
    fc.record({
      service: fc.record({
        name: label,
        namespace: label,
        ownsNamespace: fc.boolean(),
        image: fc.constantFrom(
          'registry.example.com/shop/a:1.0',
          'localhost:5000/y:on',
          `a@sha256:${'0'.repeat(64)}`,
        ),
        containerPort: fc.integer({ min: 1, max: 65535 }),
      }),
      ...(exposed && { exposure: fc.constant(exposed) }),
      identity: fc.record({
        issuer: fc.constantFrom(
          'https://sso.example.com/auth/realms/shop',
          'http://sso.example.com:8080/realms/y',
        ),
        jwksUri: fc.constant('http://keycloak.keycloak.svc:8080/certs'),
        clientId: label,
      }),
      rules: exposed ? rules(exposed.pathPrefix) : fc.constant([]),
      callers: fc.array(
        fc.record({ caller: account, methods, paths: paths('/'), roles }),
        { maxLength: 2 },
      ),
    }),
  )
  .map(declaration => declaration as AccessDeclaration)
  .filter(declaration => validateDeclaration(declaration).length === 0);

export const keycloakClients: fc.Arbitrary<KeycloakClientDeclaration> = fc
  .record(
    {
      name: label,
      namespace: label,
      clientId: label,
      realm: fc.record({
        realm: label,
        reference: fc.record({
          kind: fc.constantFrom(
            'ClusterKeycloakRealm' as const,
            'KeycloakRealm' as const,
          ),
          name: label,
        }),
      }),
      description: fc.constantFrom('Payments: takes money', 'y', '# no', ' x '),
      roles: fc.uniqueArray(
        fc.record(
          {
            name: roleName,
            description: fc.constantFrom('May read', 'on', 'a: b'),
            composites: fc.constant<string[]>([]),
          },
          { requiredKeys: ['name', 'composites'] },
        ),
        { selector: role => role.name, maxLength: 4 },
      ),
      browserLogin: fc.record({
        redirectUris: fc.constant<string[]>([
          'https://a.example.com/oauth2/callback',
        ]),
        webOrigins: fc.constantFrom<string[]>([], ['https://a.example.com']),
      }),
      serviceAccount: fc.record({
        realmRoles: fc.uniqueArray(roleName, { maxLength: 2 }),
        clientRoles: fc.uniqueArray(
          fc.record({
            clientId: label,
            roles: fc.uniqueArray(roleName, { minLength: 1, maxLength: 2 }),
          }),
          { selector: entry => entry.clientId, maxLength: 2 },
        ),
        audiences: fc.uniqueArray(label, { maxLength: 2 }),
      }),
      secret: fc.oneof(
        fc.constant({ kind: 'generated' as const }),
        fc.record({
          kind: fc.constant('reference' as const),
          secretName: label,
          key: fc.constantFrom('client-secret', 'on'),
        }),
      ),
    },
    {
      requiredKeys: [
        'name',
        'namespace',
        'clientId',
        'realm',
        'roles',
        'secret',
      ],
    },
  )
  .map(client => ({
    ...client,
    // Each role includes the next one, which leaves no cycle.
    roles: client.roles.map((role, index) => ({
      ...role,
      composites: client.roles
        .slice(index + 1, index + 2)
        .map(child => child.name),
    })),
  }));
