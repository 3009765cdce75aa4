import * as fc from 'fast-check';
import { parse } from 'yaml';
import { parseConfigCliClient, renderConfigCliClient } from './configCliClient';
import { KeycloakClientDeclaration } from './keycloakClient';
import { toManifestYaml } from './manifestYaml';
import {
  operatorClientProblems,
  parseOperatorKeycloakClient,
  renderOperatorKeycloakClient,
} from './operatorKeycloakClient';
import { keycloakClients } from './__testUtils__/arbitraries';
import { returnsClient } from './__testUtils__/examples';

function placementOf(client: KeycloakClientDeclaration) {
  const { name, namespace, realm } = client;
  return { name, namespace, reference: realm.reference };
}

describe('keycloak-config-cli', () => {
  it('reads back what was rendered, through the text of the file', () => {
    fc.assert(
      fc.property(keycloakClients, client => {
        const text = toManifestYaml(renderConfigCliClient(client));
        for (const version of ['1.1', '1.2'] as const) {
          expect(
            parseConfigCliClient(parse(text, { version }), placementOf(client)),
          ).toEqual(client);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('writes a fragment that touches nothing but the client', () => {
    expect(
      toManifestYaml(renderConfigCliClient(returnsClient)),
    ).toMatchSnapshot();
  });

  it('is no client when it holds none or several', () => {
    const fragment = renderConfigCliClient(returnsClient);
    const placement = placementOf(returnsClient);
    expect(
      parseConfigCliClient({ ...fragment, clients: [] }, placement),
    ).toBeUndefined();
    expect(
      parseConfigCliClient(
        { ...fragment, clients: [{ clientId: 'a' }, { clientId: 'b' }] },
        placement,
      ),
    ).toBeUndefined();
  });
});

describe('keycloak-operator', () => {
  /** The part of a client that the format can say. */
  const expressible = keycloakClients.map(
    ({ browserLogin: _, ...client }): KeycloakClientDeclaration => ({
      ...client,
      clientId: client.name,
      roles: client.roles.map(({ name }) => ({ name, composites: [] })),
      ...(client.serviceAccount && {
        serviceAccount: {
          realmRoles: client.serviceAccount.realmRoles,
          clientRoles: [],
          audiences: [],
        },
      }),
      secret: { kind: 'reference', secretName: 'a', key: 'on' },
    }),
  );

  it('reads back what was rendered, through the text of the file', () => {
    fc.assert(
      fc.property(expressible, client => {
        expect(operatorClientProblems(client)).toEqual([]);
        const text = toManifestYaml(renderOperatorKeycloakClient(client));
        expect(
          parseOperatorKeycloakClient(
            parse(text, { version: '1.1' }),
            placementOf(client),
          ),
        ).toEqual(client);
      }),
      { numRuns: 300 },
    );
  });

  it('renders every client that it has no problem with, and no other', () => {
    fc.assert(
      fc.property(keycloakClients, client => {
        const [problem] = operatorClientProblems(client);
        const outcome = () => {
          try {
            const manifest = renderOperatorKeycloakClient(client);
            return parseOperatorKeycloakClient(manifest, placementOf(client));
          } catch (error) {
            return (error as Error).message;
          }
        };
        expect(outcome()).toEqual(
          problem ? `${problem.field}: ${problem.message}` : client,
        );
      }),
    );
  });

  it('names all that it cannot say', () => {
    expect(
      operatorClientProblems({
        ...returnsClient,
        clientId: 'other',
        secret: { kind: 'generated' },
        browserLogin: { redirectUris: ['https://a.b/c'], webOrigins: [] },
      }).map(problem => problem.field),
    ).toEqual([
      'clientId',
      'roles[0].description',
      'roles[1].composites',
      'browserLogin',
      'serviceAccount.audiences',
      'serviceAccount.clientRoles',
      'secret',
    ]);
  });
});
