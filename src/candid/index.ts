export * from './access';
export * from './archive-types';
export * from './archives';
export * from './budgets';
export * from './canister-settings';
export {
  type AnswerOf,
  type ArgumentsOf,
  type CandidType,
  MESSAGE_LIMIT,
  type Method,
  typeOfField,
  USUAL_ARGUMENT_LIMIT,
  type ValueOf,
} from './declare';
export * from './fleet';
export { type IdlModule, IdlTypes, replyOf } from './idl';
export * from './insights';
export * from './jobs';
export * from './lifecycle';
export * from './methods';
export * from './metrics';
export * from './migrations';
export * from './observation';
export * from './optional';
export type { CandidPrincipal } from './principal';
export * from './result';
export { idlFactory, init } from './service';
export * from './slots';
export * from './sql';
export * from './storage';
