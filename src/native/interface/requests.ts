import type { NativeConnection } from './connection';

/** Candid types that {@link RequestCalls.receive} understands. */
export type ArgumentType = 'text' | 'opt text' | 'nat64' | 'nat32' | 'bool' | 'blob' | 'principal';

/** A blob argument that stays in native memory: only its place is known to TypeScript. */
export interface ArgumentSlice {
  readonly offset: number;
  readonly length: number;
}

/** What {@link RequestCalls.receive} gives for each {@link ArgumentType}; a principal arrives in its textual form. */
export type ArgumentValue = string | number | boolean | ArgumentSlice | undefined;

/** Most that one call may take: instructions of the message, rows, bytes, parameters, storage pages of 4,096 bytes. */
export interface RequestBudgets {
  readonly instructions?: number | undefined;
  readonly rows?: number | undefined;
  readonly resultBytes?: number | undefined;
  readonly sqlBytes?: number | undefined;
  readonly parameters?: number | undefined;
  readonly dirtyPages?: number | undefined;
}

/** Wire path. One message at a time: receive*, decide in TypeScript, then exactly one execute*, query* or reply*. */
export interface RequestCalls {
  /**
   * Decodes `(text archive, text sql, vec Parameter, opt Budgets)` from the message and keeps it natively. Returns the
   * archive. A malformed argument throws with code `CANDID_MALFORMED` and the offset at fault.
   */
  receiveRequest(): string;
  /** The same for `(text archive, text sql, vec Parameter, opt blob cursor, nat32 rows, opt Budgets)`. */
  receivePageRequest(): string;
  /** The same for `(text archive, vec record { sql : text; parameters : vec Parameter }, opt Budgets)`. */
  receiveBatchRequest(): string;
  /** Decodes the message's arguments by their types. Blobs stay native, valid until the next receive. */
  receive(...types: readonly ArgumentType[]): ArgumentValue[];
  /**
   * Runs the received statement or batch in one transaction, commits, and replies `variant { ok; err }` with a result, or
   * with a result for each statement of the batch.
   * @param budgets the archive's own; what is absent is the default. The call can only ask for less.
   */
  executeRequest(connection: NativeConnection, budgets?: RequestBudgets): void;
  /**
   * The same for a statement, or a page of one, that only reads; anything else is answered with `err`, code `READ_ONLY`.
   */
  queryRequest(connection: NativeConnection, budgets?: RequestBudgets): void;
  /** The same as a query that ends with its first row. */
  firstRequest(connection: NativeConnection, budgets?: RequestBudgets): void;
  /** Replies `variant { err : record { code; extended_code; message; offset } }`, a subtype of every reply. */
  replyError(code: string, message: string, extendedCode?: number, offset?: number): void;
  /** Replies `variant { ok }`. */
  replyNull(): void;
  /** The caller's principal in textual form. */
  callerText(): string;
  callerIsController(): boolean;
}
