import { exposuresOf } from '../routing';
import { ENTRANCE, meshOf, ROUTE } from '../testUtils';
import { accessTable } from './accessTable';

const WALL = `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders:
      - name: wall
        envoyExtAuthzHttp: { service: oauth2-proxy.login.svc.cluster.local, port: 4180 }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: wall, namespace: istio-system }
spec: { action: CUSTOM, provider: { name: wall }, rules: [{}] }
---
apiVersion: v1
kind: Service
metadata: { name: oauth2-proxy, namespace: login }
spec: { selector: { app: oauth2-proxy }, ports: [{ port: 4180 }] }
`;

function oauth2Proxy(args: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: oauth2-proxy, namespace: login }
spec:
  template:
    metadata: { labels: { app: oauth2-proxy } }
    spec:
      containers: [{ name: oauth2-proxy, args: [${args}] }]
      volumes: [{ name: config, configMap: { name: oauth2-proxy } }]
`;
}

function statusForAnonymous(...objects: string[]): number | undefined {
  const mesh = meshOf(ENTRANCE, ROUTE, WALL, ...objects);
  // The last row is about all requests that no other row names; oauth2-proxy answers a few paths to everyone.
  const row = accessTable(mesh, exposuresOf(mesh)[0]).pop();
  return row?.callers.find(({ caller }) => caller === 'anonymous')?.status;
}

describe('someone without a session', () => {
  it('is sent to log in by an authoriser of which nothing is known', () => {
    expect(statusForAnonymous()).toBe(302);
  });

  it('gets the status that the settings of oauth2-proxy tell', () => {
    expect(statusForAnonymous(oauth2Proxy('--skip-provider-button'))).toBe(302);
    expect(statusForAnonymous(oauth2Proxy('--set-xauthrequest'))).toBe(403);
  });

  it('is sent to log in where the settings cannot be read', () => {
    expect(statusForAnonymous(oauth2Proxy(''))).toBe(302);
    expect(statusForAnonymous(oauth2Proxy('--config=/etc/proxy.cfg'))).toBe(
      302,
    );
  });
});
