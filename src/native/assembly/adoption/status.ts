/** Outcome of a step of an adoption. Values are stable: the binding names them in typed errors. */
export enum AdoptionStatus {
  Ok = 0,
  /** The slot holds no image that can be adopted. Nothing was changed. */
  NotAdoptable = 1,
  /** Another slot's adoption, or this one's already, is under way. */
  UnderWay = 2,
  /** No adoption of this slot is under way. */
  None = 3,
  /** The MemoryId in which archives are built holds something else. It is untouched. */
  WorkspaceTaken = 4,
  /** Somebody wrote to the slot since the adoption began. */
  SourceChanged = 5,
  /** A page table leads out of the slot's memory. */
  SourceDamaged = 6,
  /** The image does not have the checksum that its superblock states. */
  ChecksumMismatch = 7,
  /** Stable memory, or memory, refused to give more. */
  Full = 8,
}
