/** A virtual memory that owns at least one bucket, as the memory manager reports it. */
export interface ObservedMemory {
  readonly memoryId: number;
  readonly pages: number;
  readonly buckets: number;
}

/** Who owns how much raw stable memory. */
export interface ObservedMemories {
  /** 64 KiB pages of raw stable memory. */
  readonly stablePages: number;
  readonly bucketSizeInPages: number;
  /** Buckets handed out at least once. */
  readonly allocatedBuckets: number;
  /** Of those, the ones that belong to no memory now. */
  readonly freeBuckets: number;
  readonly memories: readonly ObservedMemory[];
}

/** What the storage recognises in a slot's memory. */
export type SlotContent =
  /**
   * An archive of the generation that its superblock names, with the images that are damaged and keep what they hold:
   * former snapshots, exports and imports.
   */
  | {
      readonly kind: 'archive';
      readonly generation: number;
      readonly size: number;
      readonly damagedImages: number;
    }
  /** A layout of other software that can be adopted, by its name. */
  | { readonly kind: 'adoptable'; readonly layout: string }
  | { readonly kind: 'damaged'; readonly reason: string }
  | { readonly kind: 'foreign' };

/** What is there, to be compared with what the catalog says. */
export interface Observation {
  readonly memories: ObservedMemories;
  /** By slot, for those whose memory is not empty. */
  readonly contents: ReadonlyMap<number, SlotContent>;
  /** Slots of which the copy, by which calls are let in, says something else than the catalog. */
  readonly differingCopies: readonly number[];
  /** Nanoseconds since 1970. */
  readonly now: bigint;
  /** Seconds until the canister freezes when idle; undefined when it is not known. */
  readonly cyclesRunwaySeconds: number | undefined;
}
