import { createMockDirectory } from '@backstage/backend-test-utils';
import { runAction } from '../__testUtils__/runAction';
import { scaffolderConfig } from '../__testUtils__/scaffolderConfig';
import { createCheckAction } from './check';
import { createIstioManifestsGenerateAction } from './istioManifestsGenerate';

describe('mesh-auth:check', () => {
  const workspace = createMockDirectory();

  const run = () =>
    runAction({
      action: createCheckAction(),
      input: { name: 'returns' },
      workspacePath: workspace.path,
    });

  beforeEach(async () => {
    workspace.clear();
    await runAction({
      action: createIstioManifestsGenerateAction({
        config: scaffolderConfig({ argocd: undefined }),
        hostLookup: { claimsOf: async () => ({ claims: [] }) },
      }),
      input: {
        name: 'returns',
        host: 'returns.example.com',
        realm: 'shop',
        rules: [
          { paths: ['/'], methods: ['GET'], access: 'loggedIn' },
          { paths: ['/items/*'], access: 'roles', roles: ['reader'] },
        ],
        callers: [
          { workload: 'shop/orders', paths: ['/items'], methods: ['GET'] },
        ],
      },
      workspacePath: workspace.path,
    });
  });

  it('passes what does as it declares, and says what it did not look at', async () => {
    const { outputs, log } = await run();
    expect(outputs.requests).toBeGreaterThan(300);
    expect(outputs.access).toHaveLength(3);
    expect(outputs.notVerified).toHaveLength(1);
    expect(log).toContain('could not verify: policies outside');
  });

  const policy = (spec: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: other, namespace: returns }
spec: ${spec}
`;

  it.each([
    [
      'a further policy that opens more',
      policy('{ rules: [{ to: [{ operation: { paths: ["/metrics"] } }] }] }'),
      /\/metrics by .*: declared deny, but the manifests say allow/,
    ],
    [
      'a further policy that denies',
      policy(
        '{ action: DENY, rules: [{ to: [{ operation: { methods: [DELETE] } }] }] }',
      ),
      /DELETE \/items.* with role reader: declared allow, but the manifests say deny \(AuthorizationPolicy\/returns\/other#0\)/,
    ],
    [
      'a manifest that Istio would refuse',
      `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: other, namespace: returns }
spec: { selector: { matchLabels: { app: returns } }, mtls: { mode: NOPE } }
`,
      /deploy\/other\.yaml:/,
    ],
  ])('stops at %s', async (_title, text, message) => {
    workspace.addContent({ 'deploy/other.yaml': text });
    await expect(run()).rejects.toThrow(message);
  });

  it('stops at manifests that no declaration says', async () => {
    workspace.addContent({
      'deploy/authorization-policy.yaml': policy('{}')
        .replace('other', 'returns')
        .replace('spec: {}', 'spec: { action: DENY, rules: [{}] }'),
    });
    await expect(run()).rejects.toThrow('AuthorizationPolicy/returns');
  });
});
