import { answerOfOAuth2Proxy, readOAuth2Proxy } from './OAuth2ProxyConfig';

const config = readOAuth2Proxy({
  refs: [],
  file: `
skip_provider_button = true
skip_auth_routes = ["GET=^/public", "^/open/", "POST!=^/closed"]
api_routes = ["^/api/"]
allowed_roles = ["orders:reader"]
`,
  args: [
    '--set-xauthrequest',
    '--pass-access-token=true',
    '--email-domain=example.com',
  ],
});

const status = (method: string, path: string, accept?: string) => {
  const answer = answerOfOAuth2Proxy(config, { method, path, accept });
  return answer.kind === 'open' ? 200 : answer.statusWithout;
};

describe('oauth2-proxy as external authoriser', () => {
  it('reads its file and its flags', () => {
    expect(config).toMatchObject({
      skipProviderButton: true,
      setXAuthRequest: true,
      passAccessToken: true,
      emailDomains: ['example.com'],
      allowedRoles: ['orders:reader'],
      setAuthorizationHeader: false,
    });
  });

  // Each status was answered by oauth2-proxy 7.15.2 with these settings.
  it.each([
    ['GET', '/', 302],
    ['GET', '/ping', 200],
    ['GET', '/ping?x=1', 200],
    ['GET', '/ping/', 302],
    ['GET', '/PING', 302],
    ['POST', '/ping', 200],
    ['GET', '/ready', 200],
    ['GET', '/robots.txt', 200],
    ['GET', '/oauth2/sign_in', 302],
    ['GET', '/oauth2/auth', 401],
    ['GET', '/oauth2/userinfo', 401],
    ['GET', '/oauth2/static/css/bulma.min.css', 200],
    ['GET', '/public', 200],
    ['GET', '/publicx', 200],
    ['GET', '/a/public', 302],
    ['GET', '/open/x', 200],
    ['GET', '/closed', 302],
    ['POST', '/closed/x', 302],
    ['POST', '/other', 200],
    ['GET', '/api/x', 401],
    ['OPTIONS', '/other', 302],
    ['GET', '/other?a=/public', 302],
    ['GET', '/%70ublic', 200],
  ])('%s %s without a session: %d', (method, path, expected) => {
    expect(status(method, path)).toBe(expected);
  });

  it('answers 401 to callers that want JSON', () => {
    expect(status('GET', '/other', 'application/json')).toBe(401);
  });
});
