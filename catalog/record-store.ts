/**
 * Where records live: a virtual memory of its own in the canister, an array in tests. A cell holds one ASCII text of
 * up to {@link CELL_CAPACITY} bytes. The implementation frames it with a length and a checksum.
 */
export interface RecordStore {
  /**
   * The text in `cell`, or undefined when the cell was never written.
   * @throws when the cell's checksum does not match: its bytes are damaged.
   */
  read(cell: number): string | undefined;

  /** Replaces the text in `cell`, growing the store when needed. */
  write(cell: number, text: string): void;
}

/** Bytes of text that fit a cell: 16 KiB less the frame. A cell that is not full costs what it holds. */
export const CELL_CAPACITY = 16_364;
