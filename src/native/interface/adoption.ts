/** What a slot's virtual memory holds, whoever wrote it. */
export interface SlotContent {
  /**
   * `sqlite` is a plain SQLite file from the first byte on, as ic-rusqlite mounts it. Whatever does not begin with the mark of
   * one of the others is `unknown`; a damaged image keeps its kind and has a `fault`.
   */
  readonly kind: 'empty' | 'tabularium' | 'ic-sqlite-vfs' | 'sqlite' | 'unknown';
  /** Version of the superblock (ic-sqlite-vfs: 6 for 0.1.2 to 1.0, 8 for 2.x); 0 where there is none. */
  readonly layoutVersion: number;
  /** True for an image of somebody else's that {@link AdoptionCalls.beginAdoption} takes. */
  readonly adoptable: boolean;
  /** What is wrong with it, in words; empty when nothing is. */
  readonly fault: string;
  /** Bytes that the virtual memory spans. */
  readonly memoryBytes: number;
  /** Bytes of the SQLite image; 0 where it cannot be said. */
  readonly imageSize: number;
  /** SQLite's page size in bytes; 0 for an empty image. */
  readonly pageSize: number;
  /** The writer's count of transactions; 0 for one that keeps none. */
  readonly transactionId: number;
  /** Whether the writer's FNV-1a checksum of the image is that of its present bytes. */
  readonly checksum: 'none' | 'stale' | 'fresh';
  /** An import into the image was under way. It does not count: the image that was committed before does. */
  readonly importing: boolean;
}

/** How far the verification of an image has come. */
export interface SlotVerification {
  /** Bytes read so far; to be handed to the next call. */
  readonly verified: number;
  readonly total: number;
  /** FNV-1a 64 of them where the image has a fresh checksum; to be handed to the next call. */
  readonly hash: string;
  readonly complete: boolean;
  /** On completion, where there is a fresh checksum: whether it holds. */
  readonly matches?: boolean;
}

/** How far an adoption has come, in bytes of the image. */
export interface AdoptionProgress {
  readonly memoryId: number;
  readonly copied: number;
  readonly total: number;
  /** The slot holds the archive. */
  readonly complete: boolean;
}

/** Adoption of images that others wrote. A slot whose content was not recognised is never changed. */
export interface AdoptionCalls {
  /** Says what a slot holds. Reads its first bytes only, and changes nothing. */
  inspectSlot(memoryId: number): SlotContent;
  /**
   * Reads up to `pages` pages of 4,096 bytes of an adoptable image and hashes them. Keeps no state, so that it also works in
   * query calls: begin with 0 and `undefined`, then hand back what the call before returned. Throws `ADOPTION_REFUSED` for
   * what cannot be adopted, `ADOPTION_DAMAGED` where a page table leads nowhere.
   */
  verifySlot(memoryId: number, verified: number, hash: string | undefined, pages: number): SlotVerification;
  /**
   * Begins to adopt an adoptable slot, one at a time a canister (`ADOPTION_BUSY`). The archive grows in MemoryId 117, which
   * must be empty (`ADOPTION_WORKSPACE`), so the slot stays byte for byte as it is until the last step.
   * @param generation the catalog's generation of the archive, kept in the superblock
   */
  beginAdoption(memoryId: number, generation: number): void;
  /**
   * Copies up to `pages` pages of 4,096 bytes; the last call puts the archive into the slot and frees the old image's
   * buckets. Goes on after an upgrade. Throws `ADOPTION_CHANGED` when somebody wrote to the slot since the begin,
   * `ADOPTION_DAMAGED`, `ADOPTION_CHECKSUM` when a fresh checksum does not hold, `STABLE_MEMORY_FULL`: the slot is as it was
   * then, and the adoption can be cancelled.
   */
  continueAdoption(memoryId: number, pages: number): AdoptionProgress;
  /** Gives the copy's buckets back. Throws `ADOPTION_NONE` when the slot is not being adopted. */
  cancelAdoption(memoryId: number): void;
  /** The adoption under way in the canister, or `undefined`. */
  adoptionProgress(): AdoptionProgress | undefined;
}
