export {
  exposuresOf,
  exposuresOfService,
  exposuresOfWorkload,
} from './exposures';
export type { RouteExposure } from './exposures';
export { gatewayProxiesOf } from './gatewayProxies';
export type { GatewayProxy } from './gatewayProxies';
export type { PathMatch } from './RouteMatch';
export { gatewaysOfHost } from './gatewaysOfHost';
export type { GatewayEntrance } from './gatewaysOfHost';
