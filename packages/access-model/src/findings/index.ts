export { findingsOf, wholeMesh } from './findingsOf';
export type {
  ExposureRows,
  Finding,
  FindingScope,
  FindingSeverity,
} from './types';
export { realmFindingsOf } from './realm/realmFindingsOf';
