import {
  getCompoundEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { useApi } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { useSignal } from '@backstage/plugin-signals-react';
import {
  EntityAccess,
  SNAPSHOT_SIGNAL_CHANNEL,
} from '@mesh-auth/plugin-mesh-auth-common';
import { useEffect, useRef } from 'react';
import useAsyncRetry from 'react-use/esm/useAsyncRetry';
import useInterval from 'react-use/esm/useInterval';
import { meshAuthApiRef } from '../api';

/** An answer of the backend with the moment at which it came. */
export interface AccessAnswer {
  access: EntityAccess;
  /** Milliseconds since the epoch, by the browser's clock. */
  receivedAt: number;
}

/** What a card or a tab knows about its entity at this moment. */
export interface EntityAccessState {
  /** The last good answer; it stays while a newer one is awaited or has failed. */
  answer?: AccessAnswer;
  /** Why the latest attempt failed. */
  error?: Error;
  loading: boolean;
  refresh: () => void;
}

/**
 * Reads the access of the entity in context, again on an interval, and at once
 * when the backend signals a new snapshot. A hidden page does not ask.
 *
 * @param refreshSeconds - Time between two readings, in seconds
 */
export function useEntityAccess(refreshSeconds: number): EntityAccessState {
  const { entity } = useEntity();
  const api = useApi(meshAuthApiRef);
  const entityRef = stringifyEntityRef(entity);

  const { value, error, loading, retry } = useAsyncRetry(async () => {
    const access = await api.getEntityAccess(getCompoundEntityRef(entity));
    return { entityRef, answer: { access, receivedAt: Date.now() } };
    // The entity object changes with each catalog refresh, its name does not.
  }, [api, entityRef]);

  const lastGood = useRef<typeof value>();
  if (value) {
    lastGood.current = value;
  }
  const known =
    lastGood.current?.entityRef === entityRef ? lastGood.current : undefined;

  useInterval(() => {
    if (!document.hidden) {
      retry();
    }
  }, refreshSeconds * 1000);

  const { lastSignal } = useSignal(SNAPSHOT_SIGNAL_CHANNEL);
  const latestRetry = useRef(retry);
  latestRetry.current = retry;
  useEffect(() => {
    if (lastSignal) {
      latestRetry.current();
    }
  }, [lastSignal]);

  return { answer: known?.answer, error, loading, refresh: retry };
}
