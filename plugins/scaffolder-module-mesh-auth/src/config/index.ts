export { readScaffolderConfig } from './readScaffolderConfig';
export type {
  ArgoCdConfig,
  GatewayConfig,
  HostConfig,
  LoginWallConfig,
  RealmConfig,
  ScaffolderConfig,
} from './readScaffolderConfig';
