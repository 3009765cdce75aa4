import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { createProgram } from '../main';

const MESH = `apiVersion: apps/v1
kind: Deployment
metadata: { name: gateway, namespace: istio-system }
spec:
  selector: { matchLabels: { istio: gateway } }
  template:
    metadata:
      labels: { istio: gateway }
      annotations: { inject.istio.io/templates: gateway }
    spec: { serviceAccountName: gateway, containers: [{ name: a, image: a }] }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-system }
spec:
  selector: { istio: gateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: ['*.example.com']
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders, sidecar.istio.io/inject: 'true' } }
    spec:
      serviceAccountName: orders
      containers: [{ name: orders, image: orders, ports: [{ containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec:
  selector: { app: orders }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders.example.com]
  gateways: [istio-system/public]
  http: [{ route: [{ destination: { host: orders.shop.svc.cluster.local } }] }]
`;

function policy(...rules: string[]): string {
  return `---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  jwtRules: [{ issuer: 'https://sso.example.com/realms/shop', jwks: '{"keys":[]}' }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  rules:
${rules.map(rule => `    - ${rule}\n`).join('')}`;
}

const READER =
  "{ to: [{ operation: { paths: [/a] } }], when: [{ key: 'request.auth.claims[realm_access][roles]', values: [reader] }] }";
const EDITOR = READER.replace('[reader]', '[reader, editor]');
const OPEN = '{ to: [{ operation: { paths: [/b], methods: [GET] } }] }';

describe('mesh-auth diff', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-auth-diff-'));
  let output: string;

  beforeEach(() => {
    output = '';
    process.exitCode = undefined;
    jest.spyOn(process.stdout, 'write').mockImplementation(text => {
      output += text;
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function write(side: string, text: string) {
    mkdirSync(join(folder, side), { recursive: true });
    writeFileSync(join(folder, side, 'all.yaml'), text);
  }

  async function run(base: string, head: string, ...options: string[]) {
    return compare(MESH + base, MESH + head, ...options);
  }

  async function compare(base: string, head: string, ...options: string[]) {
    write('base', base);
    write('head', head);
    await createProgram().parseAsync([
      'node',
      'mesh-auth',
      'diff',
      '--base',
      join(folder, 'base'),
      '--head',
      join(folder, 'head'),
      ...options,
    ]);
    return { output, exitCode: process.exitCode };
  }

  it('says nothing where only the text differs', async () => {
    expect(
      await run(policy(READER, OPEN), policy(OPEN, READER), '--fail-on', 'any'),
    ).toEqual({
      output: 'Nobody gains or loses anything.\n',
      exitCode: undefined,
    });
  });

  it('names who gains, and fails where that is asked for', async () => {
    const first = await run(policy(READER), policy(EDITOR));
    expect(first.output).toMatch(
      /^widened: .*GET.* http:\/\/orders\.example\.com\/a\n {2}\+ .*role editor/,
    );
    expect(first.output).not.toContain('role reader');
    expect(first.exitCode).toBeUndefined();
    output = '';
    const second = await run(
      policy(READER),
      policy(EDITOR),
      '--fail-on',
      'gained',
    );
    expect(second.exitCode).toBe(2);
  });

  it('fails by default for what can be called without login', async () => {
    const { output: text, exitCode } = await run(
      policy(READER),
      policy(READER, OPEN),
    );
    expect(text).toContain(
      'opened (without login): GET http://orders.example.com/b\n',
    );
    expect(exitCode).toBe(2);
  });

  it('compares a service within its platform', async () => {
    // The platform has a copy of what is in force today.
    write('platform', MESH + policy(READER));
    const service = MESH.split('---\n').slice(2).join('---\n');
    const alone = await compare(service + policy(READER), service);
    expect(alone.output).toBe('Nobody gains or loses anything.\n');
    output = '';
    const within = await compare(
      service + policy(READER),
      service,
      '--with',
      join(folder, 'platform'),
    );
    expect(within.output).toContain('(without login)');
    expect(within.exitCode).toBe(2);
  });

  it.each([
    [
      'markdown',
      /\| \*\*opened, without login\*\* \| GET http:\/\/orders\.example\.com\/b \|/,
    ],
    ['sarif', /"level": "error"/],
    ['json', /"becomesPublic":true/],
  ])('writes %s', async (format, expected) => {
    const { output: text } = await run(
      policy(READER),
      policy(READER, OPEN),
      '--output',
      format,
      '--fail-on',
      'none',
    );
    expect(text).toMatch(expected);
    expect(process.exitCode).toBeUndefined();
    const documents = {
      markdown: [],
      sarif: [text],
      json: text.trim().split('\n'),
    }[format]!;
    expect(documents.map(document => typeof JSON.parse(document))).toEqual(
      documents.map(() => 'object'),
    );
  });

  it.each([
    [['--output', 'xml'], '--output is text'],
    [['--fail-on', 'x'], '--fail-on is none'],
    [['--head', '/no/such/folder'], 'cannot read /no/such/folder'],
  ])('refuses %j', async (options, message) => {
    await expect(run(policy(), policy(), ...options)).rejects.toThrow(message);
  });
});
