import { ConfigReader } from '@backstage/config';
import { readKeycloakConfig } from './config';

const instance = {
  name: 'main',
  baseUrl: 'https://sso.example.com/auth/',
  realms: ['shop'],
  clientId: 'reader',
  clientSecret: 'secret',
};

const read = (keycloak: object) =>
  readKeycloakConfig(new ConfigReader({ meshAuth: { keycloak } }));

describe('readKeycloakConfig', () => {
  it('reads instances with their defaults, and exports', () => {
    expect(
      read({
        instances: [{ ...instance, schedule: { minutes: 1 } }],
        exports: [{ instance: 'main', realm: 'demo', file: 'demo.json' }],
      }),
    ).toEqual({
      instances: [
        {
          ...instance,
          baseUrl: 'https://sso.example.com/auth',
          authRealm: undefined,
          caFile: undefined,
          timeoutMs: 10_000,
          intervalMs: 60_000,
        },
      ],
      exports: [{ instance: 'main', realm: 'demo', file: 'demo.json' }],
    });
    expect(readKeycloakConfig(new ConfigReader({}))).toEqual({
      instances: [],
      exports: [],
    });
  });

  it('refuses addresses in the open, realms that are named twice and instances without', () => {
    expect(() =>
      read({ instances: [{ ...instance, baseUrl: 'http://sso.example.com' }] }),
    ).toThrow(
      'Keycloak instance main: the address http://sso.example.com must be https',
    );
    expect(() =>
      read({
        instances: [instance],
        exports: [{ instance: 'main', realm: 'shop', file: 'shop.json' }],
      }),
    ).toThrow('Keycloak realm main/shop is configured twice');
    expect(() => read({ instances: [{ ...instance, realms: [] }] })).toThrow(
      'must name at least one realm',
    );
    expect(() =>
      read({ instances: [{ ...instance, clientSecret: undefined }] }),
    ).toThrow('clientSecret');
  });
});
