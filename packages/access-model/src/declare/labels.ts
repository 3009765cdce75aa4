/** The label by which policies, the Service and the catalog entity find the pods. */
export function workloadSelector(name: string): Record<string, string> {
  return { app: name };
}

/** Labels of every object of a service; the first is what Backstage's Kubernetes plugin looks for. */
export function objectLabels(name: string): Record<string, string> {
  return {
    app: name,
    'app.kubernetes.io/name': name,
    'backstage.io/kubernetes-id': name,
  };
}
