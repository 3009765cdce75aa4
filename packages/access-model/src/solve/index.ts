export { whoCan } from './whoCan';
export type {
  WhoCanAnswer,
  WhoCanHolder,
  WhoCanReason,
  WhoCanRequest,
} from './types';
