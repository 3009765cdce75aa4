/** The few words that objects and requests share, so that they meet often. */
export const HOSTS = ['a.com', 'b.a.com', 'c.a.com', 'x.b.a.com', 'd.org'];
export const WILDCARDS = ['*.a.com', '*.b.a.com', '*'];
export const SEGMENTS = ['admin', 'orders', 'a', 'b', 'public', 'v1', 'items'];
export const METHODS = [
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'PATCH',
];
export const ISSUERS = [
  'https://kc/realms/x',
  'https://kc/realms/y',
  'issuer-z',
];
export const SUBJECTS = ['alice', 'bob', 'team/carol'];
export const ROLES = ['customer', 'admin', 'data processor', 'customer-eu'];
export const AUDIENCES = ['orders', 'payments', 'http://x/', 'account'];
export const HEADER_NAMES = ['x-tenant', 'x-debug', 'x-role'];
export const HEADER_VALUES = ['a', 'b', 'a,b', 'abc', 'tenant a', ''];
export const QUERY_NAMES = ['q', 'debug'];
export const LABELS: Record<string, string>[] = [
  { app: 'gw' },
  { app: 'gw', tier: 'edge' },
  { app: 'other' },
];
export const SERVICES = [
  'one.app.svc.cluster.local',
  'two.app.svc.cluster.local',
];
export const MISSING_SERVICE = 'missing.app.svc.cluster.local';
export const ROOT = 'istio-system';
export const PRINCIPALS = [
  'cluster.local/ns/foo/sa/sleep',
  'cluster.local/ns/foo/sa/httpbin',
  'cluster.local/ns/bar/sa/sleep',
  'td2/ns/foo/sa/sleep',
];
