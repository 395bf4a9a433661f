/** Checksum of a whole SQLite image, as of its last refresh. */
export interface SlotChecksum {
  /** XXH64 (seed 0) of the image's bytes, as 16 lower-case hexadecimal digits. */
  readonly checksum: string;
  /** Transaction that published the image. */
  readonly transactionId: number;
  /** When the refresh was finished, in milliseconds since 1970. */
  readonly refreshedAt: number;
  /** True when the archive has changed since. */
  readonly stale: boolean;
}

/** How far a refresh of the checksum has come. */
export interface ChecksumProgress {
  readonly done: boolean;
  /** Bytes of the image that are taken in. */
  readonly position: number;
  /** Bytes of the image. */
  readonly total: number;
}

/** Whether an archive keeps checksums of its pages; `switching-…` while a pass over what it holds already is under way. */
export type PageChecksumState = 'off' | 'on' | 'switching-on' | 'switching-off';

/** What a call of {@link PageChecksumCalls.verifyPages} found. */
export interface PageVerification {
  /** Where to go on; `undefined` at the end. */
  readonly next: number | undefined;
  /** SQLite's numbers of the pages that do not match their checksums; 64 at most. */
  readonly damaged: number[];
}

/** Checksums of whole images. */
export interface ChecksumCalls {
  /** The last refresh's outcome, or `undefined` before the first one. */
  slotChecksum(memoryId: number): SlotChecksum | undefined;
  /**
   * Takes at most `pageBudget` pages of 4,096 bytes into the checksum; called until it is done, over upgrades too. It
   * reads the image that was live at the first call, so that writes do not hold it up. A damaged page (`SLOT_DAMAGED`)
   * ends it. About 11,500 instructions a page.
   */
  refreshChecksum(memoryId: number, pageBudget: number): ChecksumProgress;
  /** Gives a refresh up, and gives back at most `pageBudget` pages that it had kept. Without one it does nothing. */
  cancelChecksum(memoryId: number, pageBudget: number): void;
}

/**
 * Checksums of single pages, kept in the page map and verified on every read. A page that does not match is refused
 * with `SQLITE_IOERR_DATA` by SQL, with `SLOT_DAMAGED` by exports; slot and page are named.
 */
export interface PageChecksumCalls {
  pageChecksums(memoryId: number): PageChecksumState;
  /**
   * Switches page checksums for what is written from now on, and begins a pass over the rest. They cost a transaction about
   * 7,000 instructions for each page, and a write to the map table of each; and a read about 7,000 for each page that SQLite
   * does not have in its cache.
   */
  setPageChecksums(memoryId: number, enabled: boolean): void;
  /** Passes at most `pageBudget` pages; true when no pass is under way any more. */
  continuePageChecksums(memoryId: number, pageBudget: number): boolean;
  /**
   * Compares at most `pageBudget` storage pages of 4,096 bytes with their checksums, beginning with the `from`-th: 0, and
   * then what the call before returned. Changes nothing, so it also works in query calls. About 12,000 instructions a page.
   */
  verifyPages(memoryId: number, from: number, pageBudget: number): PageVerification;
}
