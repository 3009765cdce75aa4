import { checkBaseUrl } from './endpoint';

describe('checkBaseUrl', () => {
  const check =
    (baseUrl: string, allowHttp = false) =>
    () =>
      checkBaseUrl({ baseUrl, allowHttp });

  it('takes https, and http only on this machine or where it is allowed', () => {
    expect(check('https://sso.example.com/auth/')()).toBe(
      'https://sso.example.com/auth',
    );
    for (const local of [
      'http://localhost:8080',
      'http://127.0.0.1:8080',
      'http://127.8.9.1',
      'http://[::1]:8080',
    ]) {
      expect(check(local)()).toBe(local);
    }
    expect(check('http://sso.example.com')).toThrow('must be https');
    expect(check('http://localhost.example.com')).toThrow('must be https');
    expect(check('http://sso.example.com', true)()).toBe(
      'http://sso.example.com',
    );
  });

  it('takes no other scheme, credentials, query or fragment', () => {
    expect(check('ftp://sso.example.com')).toThrow('must be an https URL');
    expect(check('sso.example.com')).toThrow('is not a URL');
    for (const bad of [
      'https://user:pass@sso.example.com',
      'https://sso.example.com?x=1',
      'https://sso.example.com#x',
    ]) {
      expect(check(bad)).toThrow('must not hold credentials');
    }
  });
});
