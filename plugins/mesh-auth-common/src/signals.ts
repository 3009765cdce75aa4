/**
 * The channel of Backstage's signals on which the backend says that there is a new snapshot, or that the state of a
 * source has changed. Only the fact is signalled; what a user may see of it is asked for as always.
 *
 * @public
 */
export const SNAPSHOT_SIGNAL_CHANNEL = 'mesh-auth';

/**
 * What is sent on the channel.
 *
 * @public
 */
export type SnapshotSignal = {
  /** Version of the snapshot that answers now. */
  snapshotVersion: string;
};
