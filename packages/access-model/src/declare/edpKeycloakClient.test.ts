import * as fc from 'fast-check';
import { parse } from 'yaml';
import {
  parseEdpKeycloakClient,
  renderEdpKeycloakClient,
} from './edpKeycloakClient';
import { toManifestYaml } from './manifestYaml';
import { validateKeycloakClient } from './keycloakClient';
import { keycloakClients } from './__testUtils__/arbitraries';
import { returnsClient } from './__testUtils__/examples';

describe('EDP KeycloakClient', () => {
  it('reads back what was rendered, through the text of the file', () => {
    fc.assert(
      fc.property(keycloakClients, client => {
        const text = toManifestYaml(renderEdpKeycloakClient(client));
        expect(parseEdpKeycloakClient(parse(text, { version: '1.1' }))).toEqual(
          client,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('says every default of the operator that is wider than needed', () => {
    const { serviceAccount: _, ...client } = returnsClient;
    expect(renderEdpKeycloakClient(client).spec).toMatchObject({
      public: false,
      standardFlowEnabled: false,
      implicitFlowEnabled: false,
      directAccess: false,
      fullScopeAllowed: false,
      secret: '$returns-oidc:client-secret',
    });
  });

  it('opens the scope only for a service account with roles of others', () => {
    expect(renderEdpKeycloakClient(returnsClient).spec).toMatchObject({
      fullScopeAllowed: true,
    });
    expect(
      renderEdpKeycloakClient({
        ...returnsClient,
        serviceAccount: { realmRoles: [], clientRoles: [], audiences: ['x'] },
      }).spec,
    ).toMatchObject({ fullScopeAllowed: false });
  });

  it('demands PKCE where browsers log in', () => {
    expect(
      renderEdpKeycloakClient({
        ...returnsClient,
        browserLogin: {
          redirectUris: ['https://returns.example.com/oauth2/callback'],
          webOrigins: [],
        },
      }).spec,
    ).toMatchObject({
      attributes: { 'pkce.code.challenge.method': 'S256' },
      redirectUris: ['https://returns.example.com/oauth2/callback'],
    });
  });

  it('is no client without id, realm or namespace', () => {
    const manifest = renderEdpKeycloakClient(returnsClient);
    expect(parseEdpKeycloakClient({ ...manifest, spec: {} })).toBeUndefined();
    expect(
      parseEdpKeycloakClient({ ...manifest, kind: 'KeycloakRealm' }),
    ).toBeUndefined();
    expect(
      parseEdpKeycloakClient({ ...manifest, metadata: { name: 'returns' } }),
    ).toBeUndefined();
  });
});

describe('validateKeycloakClient', () => {
  const limits = { clientRoles: ['inventory/writer'], realmRoles: [] };

  it('takes what the platform allows', () => {
    expect(validateKeycloakClient(returnsClient, limits)).toEqual([]);
  });

  it.each<[string, Partial<typeof returnsClient>, string]>([
    ['a built-in client', { clientId: 'realm-management' }, 'clientId'],
    ['the admin client of a realm', { clientId: 'shop-realm' }, 'clientId'],
    ['a client id with brackets', { clientId: 'a[b]' }, 'clientId'],
    ['an upper-case name', { name: 'Returns' }, 'name'],
    ['a namespace with dots', { namespace: 'a.b' }, 'namespace'],
    ['a message key', { description: '${role_admin}' }, 'description'],
    [
      'a role said twice',
      {
        roles: [
          { name: 'a', composites: [] },
          { name: 'a', composites: [] },
        ],
      },
      'roles[1].name',
    ],
    [
      'a composite of another client',
      { roles: [{ name: 'a', composites: ['b'] }] },
      'roles[0].composites[0]',
    ],
    [
      'a cycle',
      {
        roles: [
          { name: 'a', composites: ['b'] },
          { name: 'b', composites: ['a'] },
        ],
      },
      'roles',
    ],
    [
      'a wildcard redirect',
      { browserLogin: { redirectUris: ['https://a.b/*'], webOrigins: [] } },
      'browserLogin.redirectUris[0]',
    ],
    [
      'a wildcard origin',
      {
        browserLogin: {
          redirectUris: ['https://a.b/cb'],
          webOrigins: ['*'],
        },
      },
      'browserLogin.webOrigins[0]',
    ],
    [
      'a role of realm-management',
      {
        serviceAccount: {
          realmRoles: [],
          clientRoles: [
            { clientId: 'realm-management', roles: ['manage-users'] },
          ],
          audiences: [],
        },
      },
      'serviceAccount.clientRoles[0].roles[0]',
    ],
    [
      'a role of another client that is not allowed',
      {
        serviceAccount: {
          realmRoles: [],
          clientRoles: [{ clientId: 'payments', roles: ['admin'] }],
          audiences: [],
        },
      },
      'serviceAccount.clientRoles[0].roles[0]',
    ],
    [
      'a realm role that is not allowed',
      {
        serviceAccount: {
          realmRoles: ['admin'],
          clientRoles: [],
          audiences: [],
        },
      },
      'serviceAccount.realmRoles[0]',
    ],
    [
      'a Secret with an impossible name',
      { secret: { kind: 'reference', secretName: 'A_b', key: 'k' } },
      'secret.secretName',
    ],
  ])('refuses %s', (_title, change, field) => {
    expect(
      validateKeycloakClient({ ...returnsClient, ...change }, limits).map(
        problem => problem.field,
      ),
    ).toEqual([field]);
  });

  it('does not let a wildcard open the roles that govern the realm', () => {
    expect(
      validateKeycloakClient(
        {
          ...returnsClient,
          serviceAccount: {
            realmRoles: [],
            clientRoles: [{ clientId: 'realm-management', roles: ['x'] }],
            audiences: [],
          },
        },
        { clientRoles: ['realm-management/*'], realmRoles: [] },
      ),
    ).toHaveLength(1);
  });
});
