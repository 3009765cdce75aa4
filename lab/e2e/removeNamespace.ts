import { KubernetesClient } from '../src/kubernetes/KubernetesClient';

/**
 * Removes a namespace without workloads. No namespace controller runs in the lab, so what it would do is done here:
 * what others have put into every namespace goes, then the finalizer.
 */
export async function removeNamespace(namespace: string): Promise<void> {
  const { core } = KubernetesClient.create();
  const { items } = await core.listNamespace({
    fieldSelector: `metadata.name=${namespace}`,
  });
  if (items.length === 0) {
    return;
  }
  // First, so that nobody puts them there again.
  await core.deleteNamespace({ name: namespace });
  await core.deleteCollectionNamespacedConfigMap({ namespace });
  await core.deleteCollectionNamespacedServiceAccount({ namespace });
  const terminating = await core.readNamespace({ name: namespace });
  await core.replaceNamespaceFinalize({
    name: namespace,
    body: { ...terminating, spec: { finalizers: [] } },
  });
}
