import {
  AuthenticationV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObject,
  KubernetesObjectApi,
} from '@kubernetes/client-node';
import execa, { ExecaError } from 'execa';
import { binaryPath } from '../build/ensureArtifact';
import { labPath } from '../paths';
import { secretFile } from '../secrets';

/** An object of any kind. @internal */
export interface AnyObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [key: string]: unknown;
  };
  [key: string]: any;
}

/** Kinds that others of the same batch depend on, in the order in which they must exist. */
const FIRST_KINDS = [
  'CustomResourceDefinition',
  'Namespace',
  'ServiceAccount',
  'ConfigMap',
];

/**
 * The lab's administrator on its Kubernetes API server.
 *
 * @internal
 */
export class KubernetesClient {
  static create(): KubernetesClient {
    const config = new KubeConfig();
    config.loadFromFile(secretFile('kubeconfig'));
    return new KubernetesClient(config);
  }

  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly #objects: KubernetesObjectApi;

  private constructor(config: KubeConfig) {
    this.config = config;
    this.core = config.makeApiClient(CoreV1Api);
    this.#objects = KubernetesObjectApi.makeApiClient(config);
  }

  /**
   * Server-side apply that takes over fields which others manage, as Argo CD does; what others depend on goes first.
   *
   * kubectl does it, because the generated client drops the fields of definitions that it does not know.
   *
   * @throws with every object that was refused and the reason
   */
  async applyAll(
    objects: readonly AnyObject[],
    fieldManager = 'mesh-auth-lab',
  ): Promise<void> {
    const rank = (object: AnyObject) => {
      const index = FIRST_KINDS.indexOf(object.kind);
      return index < 0 ? FIRST_KINDS.length : index;
    };
    const ordered = [...objects].sort((a, b) => rank(a) - rank(b));
    for (let attempt = 1; ordered.length > 0; attempt += 1) {
      try {
        await kubectl(
          [
            'apply',
            '--server-side',
            '--force-conflicts',
            `--field-manager=${fieldManager}`,
            '--filename=-',
          ],
          JSON.stringify({ apiVersion: 'v1', kind: 'List', items: ordered }),
        );
        return;
      } catch (error) {
        const { stderr } = error as ExecaError;
        // A kind whose definition was applied a moment ago is not served at once.
        if (attempt >= 10 || !/no matches for kind/.test(stderr ?? '')) {
          throw new Error(stderr || (error as Error).message);
        }
        await new Promise(resolve => setTimeout(resolve, 500));
      }
    }
  }

  async read(object: AnyObject): Promise<AnyObject | undefined> {
    try {
      return (await this.#objects.read(object as any)) as AnyObject;
    } catch (error) {
      if (statusOf(error) === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async delete(object: AnyObject): Promise<void> {
    try {
      await this.#objects.delete(object as KubernetesObject);
    } catch (error) {
      if (statusOf(error) !== 404) {
        throw error;
      }
    }
  }

  /** Lists objects of a kind by label in all namespaces. */
  async list(
    kind: { apiVersion: string; kind: string },
    labelSelector?: string,
  ): Promise<AnyObject[]> {
    const { items } = await this.#objects.list(
      kind.apiVersion,
      kind.kind,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      labelSelector,
    );
    return items.map(item => ({ ...kind, ...item } as AnyObject));
  }

  /** Lists objects of every namespaced kind by label. */
  async listEverything(labelSelector: string): Promise<AnyObject[]> {
    const kinds = await kubectl([
      'api-resources',
      '--namespaced',
      '--verbs=list,delete',
      '--output=name',
    ]);
    const answer = await kubectl([
      'get',
      kinds.trim().split('\n').join(','),
      '--all-namespaces',
      `--selector=${labelSelector}`,
      '--output=json',
    ]);
    return (JSON.parse(answer) as { items: AnyObject[] }).items;
  }

  /** A token of a service account, as TokenRequest gives it. */
  async createToken(options: {
    namespace: string;
    serviceAccount: string;
    audience?: string;
    seconds: number;
  }): Promise<string> {
    const { namespace, serviceAccount, audience, seconds } = options;
    const answer = await this.core.createNamespacedServiceAccountToken({
      namespace,
      name: serviceAccount,
      body: {
        spec: {
          audiences: audience ? [audience] : [],
          expirationSeconds: seconds,
        },
      },
    });
    if (!answer.status?.token) {
      throw new Error(`No token for ${namespace}/${serviceAccount}`);
    }
    return answer.status.token;
  }

  /** Whether the API server still takes a token. */
  async tokenIsValid(token: string): Promise<boolean> {
    const answer = await this.config
      .makeApiClient(AuthenticationV1Api)
      .createTokenReview({ body: { spec: { token } } });
    return answer.status?.authenticated === true;
  }
}

async function kubectl(args: string[], input?: string): Promise<string> {
  const { stdout } = await execa(
    binaryPath('kubernetes', 'kubectl'),
    [
      `--kubeconfig=${secretFile('kubeconfig')}`,
      `--cache-dir=${labPath('kubernetes', 'kubectl')}`,
      ...args,
    ],
    { input, maxBuffer: 256 * 1024 * 1024 },
  );
  return stdout;
}

/** The HTTP status of an error of the client. @internal */
export function statusOf(error: unknown): number | undefined {
  return (error as { code?: number }).code;
}

/** The message that the API server gave. @internal */
export function errorMessage(error: unknown): string {
  const { body, message } = error as { body?: unknown; message: string };
  try {
    const status = typeof body === 'string' ? JSON.parse(body) : body;
    return (status as { message?: string })?.message ?? message;
  } catch {
    return message;
  }
}

/** `Deployment shop/orders`. @internal */
export function describeObject(object: AnyObject): string {
  const { name, namespace } = object.metadata;
  return `${object.kind} ${namespace ? `${namespace}/` : ''}${name}`;
}
