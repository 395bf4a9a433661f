/** Sums of what calls of SQL took, since the canister was installed or upgraded. The service counts. */
export interface Usage {
  readonly queries: number;
  readonly updates: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly instructions: number;
  /** How often calls were refused, by code. */
  readonly errors: readonly { readonly code: string; readonly times: number }[];
  /** When an update last wrote rows, in nanoseconds since 1970. */
  readonly lastWriteAt: bigint | undefined;
}
