export { whoCan } from './whoCan';
export type {
  WhoCanAnswer,
  WhoCanHolder,
  WhoCanReason,
  WhoCanRequest,
} from './types';
export { changesFor } from './changesFor';
export type { ChangesForUser, RealmChange } from './changesFor';
