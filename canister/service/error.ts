/** Stable codes of what the canister itself refuses; the catalog and the native module have their own. */
export const CANISTER_ERROR_CODES = ['INVALID_ARGUMENT', 'PIN_IN_USE', 'SNAPSHOT_NONE'] as const;

export type CanisterErrorCode = (typeof CANISTER_ERROR_CODES)[number];

/** A refusal by the canister's own methods; nothing has changed when one is thrown. */
export class CanisterError extends Error {
  override readonly name = 'CanisterError';

  constructor(
    readonly code: CanisterErrorCode,
    message: string,
  ) {
    super(message);
  }
}
