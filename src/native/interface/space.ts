/** How much room a slot takes, and what for. Pages are storage pages of 4,096 bytes. */
export interface SlotSpace {
  /** Bytes of the SQLite image. */
  readonly logicalSize: number;
  /** Pages in use: the images of the slot, their maps, and the store's own pages. */
  readonly pagesUsed: number;
  /** Pages that were used and are free now. They are reused before the slot grows. */
  readonly pagesFree: number;
  /** Of the used pages, those that only snapshots reach. */
  readonly pagesHeldBySnapshots: number;
  /** Buckets of raw stable memory that the slot owns. */
  readonly bucketsOwned: number;
  /** Of those, how many a complete compaction would return now. */
  readonly bucketsReturnable: number;
}

/** What a call of {@link SpaceCalls.compact} did. */
export interface CompactionProgress {
  /** True when no page is free, so that there is nothing left to move. */
  readonly done: boolean;
  /** Buckets that this call gave back. */
  readonly bucketsReturned: number;
  /** Buckets that going on would give back. */
  readonly bucketsReturnable: number;
}

/** The room that slots take, and giving it back. */
export interface SpaceCalls {
  /**
   * What a slot may grow to, from now until the canister is upgraded: bytes of the image, which a transaction may leave
   * larger only if it shrinks it (`SIZE_LIMIT_EXCEEDED`), and buckets of raw stable memory, whatever asks for them
   * (`BUCKET_BUDGET_EXCEEDED`). 0 stands for no limit. A refused transaction is rolled back with nothing written.
   */
  limitSlot(memoryId: number, size: number, buckets: number): void;
  /** Room that the slot takes, or `undefined` when nothing was ever written there. The dry run of {@link compact}. */
  slotSpace(memoryId: number): SlotSpace | undefined;
  /**
   * Moves at most `pageBudget` pages from the end of the slot to its first free ones, and gives whole buckets back. May be
   * called beside everything else, given up after any call, and taken up again at any time; about 12,000 instructions a page.
   */
  compact(memoryId: number, pageBudget: number): CompactionProgress;
  /**
   * Gives back at most `bucketBudget` buckets of the slot, and returns true when it owns none any more. The archive is lost
   * with the first call, `SLOT_PURGING` to whoever opens it. It must be closed (`SLOT_BUSY`). Bytes that are no archive
   * (`SLOT_FOREIGN`) are purged only if `evenForeign`.
   */
  purgeSlot(memoryId: number, bucketBudget: number, evenForeign?: boolean): boolean;
}
