import type { KeptImage } from './snapshots';

/**
 * Export of a pinned image: begin, read chunks in any order and in queries, end. Writes go on and do not disturb it.
 */
export interface ExportCalls {
  /**
   * Pins the live image, or that of a snapshot, for a number of seconds. Its number is the token that the functions below
   * want. Throws `IMAGES_FULL`, `STABLE_MEMORY_FULL`, and `IMAGE_NONE` for a snapshot that is not there.
   */
  beginExport(memoryId: number, lifetimeSeconds: number, snapshot?: number): KeptImage;
  /** All pins of the slot, those of forks and checks included. Expired ones are listed until an update drops them. */
  listExports(memoryId: number): KeptImage[];
  /**
   * Bytes of the pinned image, shorter at its end. An offset past it throws `OUT_OF_BOUNDS`, a token that is none `IMAGE_NONE`,
   * one whose time is over `EXPORT_EXPIRED`.
   */
  readExport(memoryId: number, token: number, offset: number, length: number): Uint8Array;
  /** The same as a reply `variant { ok : blob }`, copied from slot to reply. Throws `RESULT_TOO_LARGE` for more than it holds. */
  replyExportChunk(memoryId: number, token: number, offset: number, length: number): void;
  /** Ends an export. Its pages are given back as a deleted snapshot's are. Throws `IMAGE_NONE`. */
  endExport(memoryId: number, token: number): void;
}
