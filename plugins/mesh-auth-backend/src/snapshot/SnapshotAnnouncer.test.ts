import { mockServices } from '@backstage/backend-test-utils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import type { SourceReading } from '@mesh-auth/plugin-mesh-auth-node';
import { createMetrics } from '../metrics';
import { SnapshotAnnouncer } from './SnapshotAnnouncer';
import { SnapshotStore } from './SnapshotStore';

describe('SnapshotAnnouncer', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('signals the first change at once, a burst of further ones as one', async () => {
    const publish = jest.fn().mockResolvedValue(undefined);
    const store = new SnapshotStore({
      logger: mockServices.logger.mock(),
      metrics: createMetrics(metricsServiceMock.mock()),
    });
    const announcer = new SnapshotAnnouncer({
      store,
      signals: { publish },
      logger: mockServices.logger.mock(),
    });
    let read: (reading: SourceReading) => void = () => {};
    store.add({
      id: 'other:a',
      kind: 'other',
      title: 'A',
      start: onReading => {
        read = onReading;
      },
      stop: async () => {},
    });
    announcer.start();
    const change = async () => {
      read({
        state: 'live',
        warnings: [],
        cluster: { cluster: 'a', objects: [] },
      });
      await jest.advanceTimersByTimeAsync(110);
    };

    await change();
    expect(publish).toHaveBeenCalledTimes(1);
    for (let i = 0; i < 5; i++) {
      await change();
    }
    expect(publish).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1000);
    expect(publish).toHaveBeenCalledTimes(2);
    expect(publish).toHaveBeenLastCalledWith({
      recipients: { type: 'broadcast' },
      channel: 'mesh-auth',
      message: { snapshotVersion: store.current().version },
    });

    await jest.advanceTimersByTimeAsync(5000);
    read({ state: 'stale', warnings: [], message: 'gone' });
    expect(publish).toHaveBeenCalledTimes(3);

    announcer.stop();
    await jest.advanceTimersByTimeAsync(5000);
    await change();
    expect(publish).toHaveBeenCalledTimes(3);
    await store.stop();
  });
});
