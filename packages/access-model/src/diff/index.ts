export { accessDiff } from './accessDiff';
export type { AccessDifference, AccessSide } from './types';
