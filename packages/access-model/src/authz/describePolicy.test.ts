import { describePolicy } from './describePolicy';

describe('describePolicy', () => {
  it('says what a rule takes, from whom and when', () => {
    expect(
      describePolicy({
        action: 'ALLOW',
        rules: [
          {
            from: [
              {
                source: {
                  principals: ['cluster.local/ns/shop/sa/frontend'],
                  requestPrincipals: ['https://sso.example.com/realms/shop/*'],
                },
              },
              { source: { namespaces: ['monitoring'] } },
            ],
            to: [
              { operation: { methods: ['POST'], paths: ['/payments'] } },
              { operation: { methods: ['GET'], paths: ['/a', '/b', '/c'] } },
            ],
            when: [
              {
                key: 'request.auth.claims[realm_access][roles]',
                values: ['customer', 'admin'],
              },
              { key: 'request.headers[x-tenant]', notValues: ['a'] },
            ],
          },
        ],
      }),
    ).toEqual([
      'Allows POST /payments or GET /a, /b or /c from cluster.local/ns/shop/sa/frontend with a token of ' +
        'https://sso.example.com/realms/shop/*, or from namespace monitoring when claim realm_access.roles is ' +
        'customer or admin and header x-tenant is not a',
    ]);
  });

  it.each([
    [
      undefined,
      'Allows nothing, so that every request is denied that no other policy allows',
    ],
    [{ rules: [{}] }, 'Allows every request'],
    [{ action: 'DENY' as const }, 'Has no rule and so no effect'],
    [
      {
        action: 'DENY' as const,
        rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }] }],
      },
      'Denies every request from anyone without a valid token',
    ],
    [
      {
        action: 'CUSTOM' as const,
        provider: { name: 'oauth2-proxy' },
        rules: [
          {
            to: [
              {
                operation: {
                  notHosts: ['api.example.com'],
                  notPaths: ['/auth', '/auth/*'],
                },
              },
            ],
          },
        ],
      },
      'Asks oauth2-proxy about every request except paths /auth or /auth/* except hosts api.example.com',
    ],
    [
      { rules: [{ from: [{ source: { principals: ['*'] } }] }] },
      'Allows every request from any workload with mutual TLS',
    ],
    [
      {
        rules: [
          { when: [{ key: 'request.auth.claims[sub]', notValues: ['*'] }] },
        ],
      },
      'Allows every request when claim sub is absent',
    ],
  ])('%j', (spec, words) => {
    expect(describePolicy(spec)).toEqual([words]);
  });
});
