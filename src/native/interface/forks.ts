/** How far a fork has come, in bytes of the image. */
export interface ForkProgress {
  readonly copied: number;
  readonly total: number;
  /** The slot holds the archive and can be opened. */
  readonly done: boolean;
}

/** Fork: a copy of an image in the slot of a new archive, made some pages a call, also after an upgrade. */
export interface ForkCalls {
  /**
   * Formats a slot that was never written (`SLOT_NOT_EMPTY`) and begins to copy the live image, or that of a snapshot, into
   * it. The image is pinned meanwhile. Throws `IMAGE_NONE`, `IMAGES_FULL`, `STABLE_MEMORY_FULL`.
   * @param generation the catalog's generation of the new archive
   */
  beginFork(sourceMemoryId: number, targetMemoryId: number, generation: number, snapshot?: number): void;
  /**
   * Copies at most `pageBudget` pages of 4,096 bytes, about 12,000 instructions each. Until it is done, opening the slot is
   * `FORK_BUSY`. Throws `FORK_NONE`, `STABLE_MEMORY_FULL` with nothing changed, and `FORK_SOURCE_GONE` when the copied archive
   * was purged: cancel then.
   */
  continueFork(targetMemoryId: number, pageBudget: number): ForkProgress;
  /** `undefined` when no fork is under way there. */
  forkProgress(targetMemoryId: number): ForkProgress | undefined;
  /** Gives a fork up and unpins its image. The slot is to be purged then. Throws `FORK_NONE`. */
  cancelFork(targetMemoryId: number): void;
}
