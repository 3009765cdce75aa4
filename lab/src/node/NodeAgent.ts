import { AppsV1Api, V1Deployment } from '@kubernetes/client-node';
import fs from 'fs-extra';
import path from 'path';
import { AnyObject, KubernetesClient } from '../kubernetes/KubernetesClient';
import { adminUrl, proxyProcess } from '../mesh/proxyProcess';
import { httpAnswers, tcpAnswers } from '../parts/probes';
import { labPackage, labPath } from '../paths';
import { chooseFreePort, LabSettings } from '../settings';
import { place } from './placements';
import { SupervisedProcess } from './SupervisedProcess';
import {
  MANAGED_BY,
  objectsOf,
  Placement,
  Workload,
  workloadKey,
  workloadOf,
} from './Workload';

const PLACEMENTS_FILE = labPath('node', 'placements.json');

interface Running {
  workload: Workload;
  placement: Placement;
  processes: SupervisedProcess[];
}

/**
 * Plays the node of the cluster: for each Deployment it runs a process on a loopback address of its own, with a
 * proxy in front where the namespace asks for one, and tells the mesh about it.
 *
 * @internal
 */
export class NodeAgent {
  readonly #client: KubernetesClient;
  readonly #settings: LabSettings;
  readonly #running = new Map<string, Running>();
  readonly #placements: Map<string, Placement>;
  #complete = false;

  static async create(options: {
    client: KubernetesClient;
    settings: LabSettings;
  }): Promise<NodeAgent> {
    const known: Record<string, Placement> = await fs
      .readJson(PLACEMENTS_FILE)
      .catch(() => ({}));
    return new NodeAgent(options, new Map(Object.entries(known)));
  }

  private constructor(
    options: { client: KubernetesClient; settings: LabSettings },
    placements: Map<string, Placement>,
  ) {
    this.#client = options.client;
    this.#settings = options.settings;
    this.#placements = placements;
  }

  /** Makes what runs equal to the Deployments. */
  async reconcile(deployments: readonly V1Deployment[]): Promise<void> {
    const injected = await this.#injectedNamespaces();
    const wanted = new Map<string, Workload>();
    for (const deployment of deployments) {
      const workload = workloadOf(deployment, injected);
      if (workload) {
        wanted.set(workloadKey(workload), workload);
      }
    }
    for (const key of [...this.#running.keys()]) {
      if (!wanted.has(key)) {
        await this.#stop(key);
        this.#placements.delete(key);
        process.stdout.write(`${key}: gone\n`);
      }
    }
    const objects: AnyObject[] = [];
    const toStart: Workload[] = [];
    for (const [key, workload] of wanted) {
      objects.push(...objectsOf(workload, await this.#place(key)));
      const running = this.#running.get(key);
      if (JSON.stringify(running?.workload) !== JSON.stringify(workload)) {
        toStart.push(workload);
      }
    }
    await fs.outputJson(PLACEMENTS_FILE, Object.fromEntries(this.#placements), {
      spaces: 2,
    });
    await this.#client.applyAll(objects, MANAGED_BY.value);
    await this.#prune(objects);
    for (const workload of toStart) {
      await this.#start(workload);
    }
    this.#complete = true;
    await this.#reportReady(deployments);
  }

  /** The workloads that do not answer, with the reason; undefined before the first look at the cluster. */
  async notReady(): Promise<Record<string, string> | undefined> {
    if (!this.#complete) {
      return undefined;
    }
    const reasons: Record<string, string> = {};
    await Promise.all(
      [...this.#running].map(async ([key, { workload, placement }]) => {
        try {
          await tcpAnswers(placement.applicationPort);
          if (workload.injected) {
            await httpAnswers(`${adminUrl(placement.address)}/ready`);
            await tcpAnswers(workload.ports[0].number, placement.address);
          }
        } catch (error) {
          reasons[key] = (error as Error).message || 'does not answer';
        }
      }),
    );
    return reasons;
  }

  /** What runs where. */
  workloads(): ({ key: string } & Workload & Placement)[] {
    return [...this.#running].map(([key, { workload, placement }]) => ({
      key,
      ...workload,
      ...placement,
    }));
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.#running.values()].flatMap(({ processes }) =>
        processes.map(process => process.stop()),
      ),
    );
  }

  async #place(key: string): Promise<Placement> {
    const { ports, network } = this.#settings;
    // These Deployments of the demo world are servers that the lab runs for real.
    const servers: Record<string, number> = {
      'keycloak/keycloak': ports.keycloak,
      'oauth2-proxy/oauth2-proxy': ports.oauth2Proxy,
      'oauth2-proxy/redis': ports.redis,
    };
    const known = this.#placements.get(key);
    if (known) {
      return known;
    }
    const placement = await place({
      network,
      taken: [...this.#placements.values()],
      applicationPort: servers[key],
      choosePort: () =>
        chooseFreePort(
          new Set([
            ...Object.values(ports),
            ...[...this.#placements.values()].map(
              other => other.applicationPort,
            ),
          ]),
        ),
    });
    this.#placements.set(key, placement);
    return placement;
  }

  async #start(workload: Workload) {
    const key = workloadKey(workload);
    await this.#stop(key);
    const placement = await this.#place(key);
    const { namespace, name } = workload;
    const log = (what: string) =>
      labPath('logs', 'workloads', `${namespace}-${name}-${what}.log`);
    const processes: SupervisedProcess[] = [];
    const isServerOfLab = Object.values(this.#settings.ports).includes(
      placement.applicationPort,
    );
    if (!isServerOfLab) {
      processes.push(
        new SupervisedProcess({
          log: log('app'),
          describe: async () => ({
            name: `${key} (app)`,
            command: process.execPath,
            args: [
              '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
              '--disable-warning=ExperimentalWarning',
              '--max-old-space-size=64',
              path.join(labPackage, 'src/node/echo.ts'),
              name,
              String(placement.applicationPort),
            ],
          }),
        }),
      );
    }
    if (workload.injected) {
      processes.push(
        new SupervisedProcess({
          log: log('proxy'),
          describe: () =>
            proxyProcess({
              name: `${key} (proxy)`,
              type: 'sidecar',
              namespace,
              workload: name,
              serviceAccount: workload.serviceAccount,
              labels: workload.labels,
              address: placement.address,
              folder: labPath('node', 'proxies', namespace, name),
              settings: this.#settings,
              client: this.#client,
            }),
        }),
      );
    }
    this.#running.set(key, { workload, placement, processes });
    processes.forEach(process => process.start());
    process.stdout.write(`${key}: started on ${placement.address}\n`);
  }

  async #stop(key: string) {
    const running = this.#running.get(key);
    this.#running.delete(key);
    await Promise.all(running?.processes.map(item => item.stop()) ?? []);
  }

  async #prune(wanted: readonly AnyObject[]) {
    const identity = ({ kind, metadata }: AnyObject) =>
      `${kind} ${metadata.namespace}/${metadata.name}`;
    const keep = new Set(wanted.map(identity));
    for (const kind of ['WorkloadEntry', 'Sidecar']) {
      const present = await this.#client.list(
        { apiVersion: 'networking.istio.io/v1', kind },
        `${MANAGED_BY.label}=${MANAGED_BY.value}`,
      );
      for (const object of present) {
        if (!keep.has(identity(object))) {
          await this.#client.delete(object);
        }
      }
    }
  }

  async #injectedNamespaces(): Promise<Set<string>> {
    const { items } = await this.#client.core.listNamespace({
      labelSelector: 'istio-injection=enabled',
    });
    return new Set(items.map(item => item.metadata!.name!));
  }

  /** The status that the cluster's controllers would write: all replicas are there. */
  async #reportReady(deployments: readonly V1Deployment[]) {
    const apps = this.#client.config.makeApiClient(AppsV1Api);
    for (const { metadata, spec, status } of deployments) {
      const replicas = spec?.replicas ?? 1;
      if (
        status?.availableReplicas === replicas &&
        status.observedGeneration === metadata!.generation
      ) {
        continue;
      }
      const { namespace, name } = metadata!;
      const current = await apps.readNamespacedDeployment({
        namespace: namespace!,
        name: name!,
      });
      current.status = {
        observedGeneration: current.metadata!.generation,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        conditions: [
          {
            type: 'Available',
            status: 'True',
            reason: 'MinimumReplicasAvailable',
            message: 'Deployment has minimum availability.',
          },
        ],
      };
      await apps.replaceNamespacedDeploymentStatus({
        namespace: namespace!,
        name: name!,
        body: current,
      });
    }
  }
}
