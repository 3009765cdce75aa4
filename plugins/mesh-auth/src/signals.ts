export { SNAPSHOT_SIGNAL_CHANNEL } from '@mesh-auth/plugin-mesh-auth-common';
