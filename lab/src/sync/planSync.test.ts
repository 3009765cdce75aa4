import { planSync, SYNC_LABEL } from './planSync';

const service = `
apiVersion: v1
kind: Service
metadata: { name: shipping, labels: { team: a } }
`;
const elsewhere = `
apiVersion: v1
kind: ConfigMap
metadata: { name: notes, namespace: other }
`;
const application = `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shipping, namespace: argocd }
spec:
  source: { path: ./manifests/ }
  destination: { namespace: shipping }
  syncPolicy:
    syncOptions: [CreateNamespace=true]
    managedNamespaceMetadata: { labels: { istio-injection: enabled } }
`;

function plan(files: Record<string, string>) {
  return planSync({
    repository: 'shipping',
    files: new Map(Object.entries(files)),
  });
}

describe('planSync', () => {
  it('follows the Application of the repository', () => {
    const { surroundings, owned } = plan({
      'argocd/application.yaml': application,
      'manifests/kustomization.yaml': 'resources: [service.yaml, other.yaml]',
      'manifests/service.yaml': service,
      'manifests/other.yaml': elsewhere,
      'manifests/unlisted.yaml': service.replace('shipping', 'unlisted'),
    });
    expect(owned.map(({ kind, metadata }) => ({ kind, ...metadata }))).toEqual([
      {
        kind: 'Service',
        name: 'shipping',
        namespace: 'shipping',
        labels: { team: 'a', [SYNC_LABEL]: 'shipping' },
      },
      {
        kind: 'ConfigMap',
        name: 'notes',
        namespace: 'other',
        labels: { [SYNC_LABEL]: 'shipping' },
      },
    ]);
    expect(
      surroundings.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ).toEqual([
      'Namespace shipping',
      'Namespace argocd',
      'Application shipping',
    ]);
    expect(surroundings[0].metadata.labels).toEqual({
      'istio-injection': 'enabled',
    });
  });

  it('does not make a namespace that was not asked for', () => {
    const { surroundings } = plan({
      'a.yaml': application.replace('CreateNamespace=true', ''),
      'manifests/service.yaml': service,
    });
    expect(surroundings.map(({ metadata }) => metadata.name)).toEqual([
      'argocd',
      'shipping',
    ]);
    expect(surroundings.map(({ kind }) => kind)).toEqual([
      'Namespace',
      'Application',
    ]);
  });

  it('reads deploy/ without an Application, and never owns a namespace', () => {
    const { surroundings, owned } = plan({
      'deploy/all.yaml': `${service}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shipping }\n`,
      'src/other.yaml': elsewhere,
    });
    expect(owned.map(({ kind }) => kind)).toEqual(['Service']);
    expect(surroundings.map(({ kind }) => kind)).toEqual(['Namespace']);
  });
});
