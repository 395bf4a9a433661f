/** Stable codes of what the canister itself refuses; the catalog and the native module have their own. */
export type CanisterErrorCode = 'EXPORT_STALE';

/** A refusal by the canister's own methods. */
export class CanisterError extends Error {
  override readonly name = 'CanisterError';

  constructor(
    readonly code: CanisterErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** What native code throws: a refusal by the page store, by the Candid decoder, or by SQLite. */
export class NativeError extends Error {
  override readonly name = 'NativeError';

  constructor(
    readonly code: string,
    message: string,
    readonly extendedCode: number | undefined,
    readonly offset: number | undefined,
  ) {
    super(message);
  }
}
