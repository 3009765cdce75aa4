export { policiesFor } from './PolicySet';
export type { AttachedPolicy, PolicyAction } from './PolicySet';
export type { PolicyScope } from '../mesh/policyAttachment';
export { describePolicy, describeRule } from './words';
