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
