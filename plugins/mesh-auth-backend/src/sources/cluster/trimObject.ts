/** The parts of a Kubernetes object that this plugin touches. */
interface RawObject {
  apiVersion?: string;
  kind?: string;
  metadata: Record<string, any>;
  spec?: any;
  data?: Record<string, string>;
  status?: any;
}

function pick(
  from: Record<string, any> | undefined,
  keys: string[],
): Record<string, any> {
  return Object.fromEntries(
    keys.filter(key => from?.[key] !== undefined).map(key => [key, from![key]]),
  );
}

const CONTROLLERS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Pods carry environment variables, and those may carry secrets: only what the model needs is kept. */
function trimPodSpec(spec: any): any {
  return {
    ...pick(spec, ['serviceAccountName', 'hostNetwork']),
    containers: [
      ...(spec?.initContainers ?? []).filter(
        (container: any) => container.restartPolicy === 'Always',
      ),
      ...(spec?.containers ?? []),
    ].map((container: any) => pick(container, ['name', 'ports'])),
  };
}

/**
 * Keeps what the model reads of an object, and nothing that could hold a secret or that only costs memory.
 *
 * @internal
 */
export function trimObject<T extends RawObject>(object: T): T {
  const { annotations, ...metadata } = pick(object.metadata, [
    'name',
    'namespace',
    'labels',
    'annotations',
    'creationTimestamp',
    'resourceVersion',
    'uid',
    'ownerReferences',
  ]);
  const kept = annotations && { ...annotations };
  delete kept?.[LAST_APPLIED];
  const trimmed: RawObject = {
    ...pick(object, ['apiVersion', 'kind', 'data', 'spec']),
    metadata: { ...metadata, ...(kept && { annotations: kept }) },
  };
  if (object.kind === 'Pod') {
    trimmed.spec = trimPodSpec(object.spec);
    trimmed.status = pick(object.status, ['phase', 'podIP']);
  } else if (CONTROLLERS.has(object.kind ?? '')) {
    const template = object.spec?.template;
    trimmed.spec = {
      template: {
        metadata: pick(template?.metadata, ['labels', 'annotations']),
        spec: trimPodSpec(template?.spec),
      },
    };
  } else if (object.kind === 'ServiceAccount') {
    delete trimmed.spec;
  } else if (object.status !== undefined) {
    trimmed.status = object.status;
  }
  return trimmed as T;
}
