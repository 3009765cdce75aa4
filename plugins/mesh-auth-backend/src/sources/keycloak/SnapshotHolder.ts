import { Realm } from '@mesh-auth/access-model';
import {
  KeycloakSnapshot,
  KeycloakSourceState,
  KeycloakSourceWarning,
} from './types';

/**
 * Keeps the last good reading of a realm beside the state of the newest one,
 * and tells listeners when something changed.
 */
export class SnapshotHolder {
  #snapshot: KeycloakSnapshot = {
    state: 'loading',
    missingRights: [],
    warnings: [],
  };
  readonly #listeners = new Set<() => void>();

  get(): KeycloakSnapshot {
    return this.#snapshot;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  succeed(reading: {
    realm: Realm;
    observedAt: Date;
    missingRights?: string[];
    warnings?: KeycloakSourceWarning[];
  }): void {
    const { realm, observedAt, missingRights = [], warnings = [] } = reading;
    this.#set({ state: 'live', realm, observedAt, missingRights, warnings });
  }

  /** Keeps what was read before, with its age. */
  fail(failure: {
    message: string;
    warnings?: KeycloakSourceWarning[];
    missingRights?: string[];
  }): void {
    const { realm, observedAt, missingRights } = this.#snapshot;
    const state: KeycloakSourceState = realm ? 'stale' : 'unavailable';
    this.#set({
      state,
      realm,
      observedAt,
      message: failure.message,
      missingRights: failure.missingRights ?? missingRights,
      warnings: failure.warnings ?? [],
    });
  }

  #set(snapshot: KeycloakSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) {
      listener();
    }
  }
}
