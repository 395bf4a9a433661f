/** A snapshot, or an image that is pinned for an export. */
export interface KeptImage {
  /** Number within the slot, never used again. An export's token. */
  readonly id: number;
  /** A snapshot's name; exports have none. */
  readonly name?: string;
  /**
   * Why it is kept: asked for, taken by a schedule, replaced by a restore or an import; or for whom: an export, a fork, a
   * check.
   */
  readonly origin: 'request' | 'schedule' | 'restore' | 'import' | 'export' | 'fork' | 'check';
  /** Bytes of the SQLite image. */
  readonly logicalSize: number;
  /** SQLite's page size in bytes; 0 for an empty image. */
  readonly pageSize: number;
  /** The transaction that published the image. */
  readonly transactionId: number;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970, for what does not last until it is ended. */
  readonly expiresAt?: number;
  /** XXH64 (seed 0) of the image's bytes as 16 lower-case hexadecimal digits, where it is known. */
  readonly checksum?: string;
}

/**
 * An image that could not be given back, because its page map was found damaged on the way: what is left of it stays until
 * the archive is purged.
 */
export interface DamagedImage extends KeptImage {
  /** SQLite's number of the page that the map does not lead to. */
  readonly damagedPage: number;
}

/** A count of pages, or a part of one. */
export interface ImageMeasure {
  /** Storage pages of 4,096 bytes, tables of the map included. */
  readonly pages: number;
  /** Where the next part begins; absent when the count is complete. */
  readonly nextSegment?: number;
}

/** Snapshots. A slot holds at most 31 images: snapshots, exports, forks under way, and those being given back. */
export interface SnapshotCalls {
  /**
   * Keeps the last published image under a name of 1 to 48 bytes and returns its number. Costs the same at any size; pages
   * are copied when they change afterwards. Throws `SNAPSHOT_NAME`, `SNAPSHOT_EXISTS`, `IMAGES_FULL`, `STABLE_MEMORY_FULL`.
   */
  createSnapshot(memoryId: number, name: string, origin?: 'request' | 'schedule'): number;
  /** In no particular order. */
  listSnapshots(memoryId: number): KeptImage[];
  /** Deleted snapshots, ended exports and former imports that were found damaged when their pages were to be given back. */
  listDamagedImages(memoryId: number): DamagedImage[];
  /**
   * Counts what only one snapshot or export holds, so what deleting it would free, over `segmentBudget` segments of 1 MiB
   * from `firstSegment` (0 at first). Changes nothing, so it works in queries too. Throws `IMAGE_NONE`, `SLOT_DAMAGED`.
   */
  measureImage(memoryId: number, image: number, firstSegment: number, segmentBudget: number): ImageMeasure;
  /**
   * Makes a snapshot's image the live one. The snapshot stays, and the replaced image becomes a snapshot of the name
   * `keepAs`, whose number is returned: restoring that one undoes it. Costs the same at any size. The archive must be closed
   * (`SLOT_BUSY`). Throws `IMAGE_NONE` and what {@link createSnapshot} throws.
   */
  restoreSnapshot(memoryId: number, snapshot: number, keepAs: string): number;
  /** Gives a snapshot up. Its pages are given back by {@link reclaimImages}, and a few by each commit. Throws `IMAGE_NONE`. */
  deleteSnapshot(memoryId: number, snapshot: number): void;
  /**
   * Passes at most `pageBudget` pages of deleted snapshots and ended exports, and frees what no other image holds. True when
   * nothing is left to give back. At most about 1,200 instructions a page, with a hundred more for each other image. One
   * whose page map is damaged is set aside ({@link listDamagedImages}); the call that finds it so throws `SLOT_DAMAGED`, and
   * the next one goes on with the others.
   */
  reclaimImages(memoryId: number, pageBudget: number): boolean;
}
