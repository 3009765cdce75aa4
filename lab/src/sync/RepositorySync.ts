import fs from 'fs-extra';
import path from 'path';
import { AnyObject, KubernetesClient } from '../kubernetes/KubernetesClient';
import { objectsToPrune } from '../kubernetes/objectsToPrune';
import { labPath } from '../paths';
import { LabSettings } from '../settings';
import { rewriteObject } from '../world/rewrite';
import { planSync, SYNC_LABEL } from './planSync';
import { headOf, readCommit } from './readCommit';

const STATE_FILE = labPath('sync', 'state.json');
const RETRY = 5000;
const FIELD_MANAGER = 'mesh-auth-lab-sync';

/** How a repository stands. @internal */
export interface RepositoryState {
  /** The commit that was applied last. */
  revision?: string;
  /** `synced`, or `failed` with the reason. */
  state: 'synced' | 'failed';
  message?: string;
  /** ISO 8601. */
  at: string;
}

/**
 * Applies the HEAD of every repository in a folder, as Argo CD would: server-side, with an ownership label, and what
 * has left the repository is removed.
 *
 * @internal
 */
export class RepositorySync {
  readonly #client: KubernetesClient;
  readonly #folder: string;
  readonly #settings: LabSettings;
  readonly states: Map<string, RepositoryState>;

  static async create(options: {
    client: KubernetesClient;
    folder: string;
    settings: LabSettings;
  }): Promise<RepositorySync> {
    const known = await fs.readJson(STATE_FILE).catch(() => ({}));
    return new RepositorySync(options, new Map(Object.entries(known)));
  }

  private constructor(
    options: {
      client: KubernetesClient;
      folder: string;
      settings: LabSettings;
    },
    states: Map<string, RepositoryState>,
  ) {
    this.#client = options.client;
    this.#folder = options.folder;
    this.#settings = options.settings;
    this.states = states;
  }

  /** One look at all repositories. */
  async run(): Promise<void> {
    const repositories = await this.#repositories();
    for (const name of repositories) {
      const revision = await headOf(path.join(this.#folder, name));
      if (revision && this.#isDue(name, revision)) {
        await this.#record(name, revision, () => this.#sync(name, revision));
      }
    }
    for (const [name, state] of this.states) {
      const due =
        state.state === 'synced' || Date.parse(state.at) + RETRY < Date.now();
      if (!repositories.includes(name) && due) {
        await this.#record(name, undefined, () => this.#prune(name, []));
        if (this.states.get(name)!.state === 'synced') {
          this.states.delete(name);
          await this.#save();
        }
      }
    }
  }

  async #repositories(): Promise<string[]> {
    const entries = await fs.readdir(this.#folder).catch(() => [] as string[]);
    const found: string[] = [];
    for (const name of entries.sort()) {
      if (await fs.pathExists(path.join(this.#folder, name, '.git'))) {
        found.push(name);
      }
    }
    return found;
  }

  #isDue(name: string, revision: string): boolean {
    const known = this.states.get(name);
    return (
      known?.revision !== revision ||
      (known.state === 'failed' && Date.parse(known.at) + RETRY < Date.now())
    );
  }

  async #sync(name: string, revision: string) {
    const files = await readCommit(path.join(this.#folder, name), revision);
    const plan = planSync({ repository: name, files });
    const rewrite = (object: AnyObject) =>
      rewriteObject(object, this.#settings);
    await this.#client.applyAll(plan.surroundings.map(rewrite), FIELD_MANAGER);
    await this.#client.applyAll(plan.owned.map(rewrite), FIELD_MANAGER);
    await this.#prune(name, plan.owned);
  }

  async #prune(name: string, wanted: readonly AnyObject[]) {
    const present = await this.#client.listEverything(`${SYNC_LABEL}=${name}`);
    for (const object of objectsToPrune(present, wanted)) {
      await this.#client.delete(object);
      await this.#deleteSecretsOf(object);
    }
  }

  /** What the cluster's garbage collector would do for the Secret of a SealedSecret. */
  async #deleteSecretsOf(owner: AnyObject) {
    const { namespace, uid } = owner.metadata;
    const { items } = await this.#client.core.listNamespacedSecret({
      namespace: namespace!,
    });
    for (const { metadata } of items) {
      if (metadata?.ownerReferences?.some(other => other.uid === uid)) {
        await this.#client.core.deleteNamespacedSecret({
          namespace: namespace!,
          name: metadata.name!,
        });
      }
    }
  }

  async #record(
    name: string,
    revision: string | undefined,
    work: () => Promise<void>,
  ) {
    const at = () => new Date().toISOString();
    try {
      await work();
      this.states.set(name, { revision, state: 'synced', at: at() });
      process.stdout.write(`${name}: synced ${revision ?? '(removed)'}\n`);
    } catch (error) {
      const { message } = error as Error;
      this.states.set(name, { revision, state: 'failed', message, at: at() });
      process.stderr.write(`${name}: ${message}\n`);
    }
    await this.#save();
  }

  async #save() {
    await fs.outputJson(STATE_FILE, Object.fromEntries(this.states), {
      spaces: 2,
    });
  }
}
