// What the request that was run last did, for whoever keeps count.

let failure: string = '';
let read: u64 = 0;
let written: u64 = 0;

export function beginOutcome(): void {
  failure = '';
  read = 0;
  written = 0;
}

/** Notes what a statement of the request did. */
export function noteWork(rowsRead: u64, rowsWritten: u64): void {
  read += rowsRead;
  written += rowsWritten;
}

/** Notes that the request is refused. */
export function noteFailure(code: string): void {
  failure = code;
}

/** The refusal's code; empty when the request was answered. */
export function outcomeCode(): string {
  return failure;
}

export function outcomeRowsRead(): u64 {
  return read;
}

/** Rows written, of which a refusal has left nothing. */
export function outcomeRowsWritten(): u64 {
  return failure.length === 0 ? written : 0;
}
