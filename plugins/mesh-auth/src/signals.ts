/**
 * The channel on which the backend says that it has a new snapshot. Only the
 * fact is signalled; what the user may see of it is asked for as always.
 */
export const SNAPSHOT_SIGNAL_CHANNEL = 'mesh-auth';
