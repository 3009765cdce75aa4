import type { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import type { SignalsService } from '@backstage/plugin-signals-node';
import {
  SNAPSHOT_SIGNAL_CHANNEL,
  SnapshotSignal,
} from '@mesh-auth/plugin-mesh-auth-common';
import type { SnapshotStore } from './SnapshotStore';

/** Open pages ask again at each signal; more often than this nobody can read. */
const LEAST_INTERVAL_MILLISECONDS = 1_000;

/**
 * Tells open pages that there is something new to ask for: at once after a quiet time, then once a second at most.
 *
 * @internal
 */
export class SnapshotAnnouncer {
  readonly #store: SnapshotStore;
  readonly #signals: SignalsService;
  readonly #logger: LoggerService;
  readonly #unsubscribe: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #again = false;

  constructor(options: {
    store: SnapshotStore;
    signals: SignalsService;
    logger: LoggerService;
  }) {
    this.#store = options.store;
    this.#signals = options.signals;
    this.#logger = options.logger;
  }

  start(): void {
    const onChange = () => this.#onChange();
    this.#unsubscribe.push(
      this.#store.subscribe(onChange),
      this.#store.subscribeToStates(onChange),
    );
  }

  stop(): void {
    this.#unsubscribe.forEach(unsubscribe => unsubscribe());
    clearTimeout(this.#timer);
  }

  #onChange() {
    if (this.#timer) {
      this.#again = true;
      return;
    }
    this.#announce();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#again) {
        this.#again = false;
        this.#onChange();
      }
    }, LEAST_INTERVAL_MILLISECONDS);
    this.#timer.unref();
  }

  #announce() {
    this.#signals
      .publish<SnapshotSignal>({
        recipients: { type: 'broadcast' },
        channel: SNAPSHOT_SIGNAL_CHANNEL,
        message: { snapshotVersion: this.#store.current().version },
      })
      .catch(error =>
        this.#logger.debug(
          `A new snapshot could not be signalled: ${stringifyError(error)}`,
        ),
      );
  }
}
