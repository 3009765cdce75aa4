export { accessTable, loginWallOf } from './accessTable';
export type { LoginWall } from './accessTable';
export type {
  AccessAlternative,
  AccessCondition,
  AccessRow,
  CallerVerdict,
  PathClass,
  RoleCondition,
  StandingCaller,
} from './types';
export { gatewayCallers, unnamedPrincipal } from './standingCallers';
