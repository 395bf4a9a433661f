/** One archive: a tenant's database, and the slot that it keeps for life. */
export interface Archive {
  readonly id: string;
  /** The slot's MemoryId. It never changes, and never serves another archive under the same generation. */
  readonly slot: number;
  /** Counts every archive the canister ever created; a reference with an old one is stale. */
  readonly generation: number;
  /** Textual principal of the archive's owner. */
  readonly owner: string;
  /** Nanoseconds since 1970, IC time. */
  readonly createdAt: bigint;
}
