import { HostPointer } from '../externals/addresses';

/** What is known of the runs of one statement in one archive; its text in normal form follows in memory. */
@unmanaged
export class Insight {
  /** XXH64 of the normal form. */
  hash: u64;
  runs: u64;
  /** Runs that ended with an error; their instructions count. */
  failures: u64;
  rowsRead: u64;
  rowsWritten: u64;
  rowsReturned: u64;
  instructions: u64;
  worstInstructions: u64;
  /** Time of the first and of the last run, nanoseconds since 1970. */
  since: u64;
  last: u64;
  /** MemoryId of the archive. */
  slot: u32;
  /** Bytes of the text. */
  length: u32;
  /** Next one with the same place in the table; 0 for none. */
  chained: u32;
  /** Neighbours in the order of the last run. */
  newer: u32;
  older: u32;
  /** 1 when the text was cut. */
  cut: u32;
}

export const INSIGHT_SIZE: u32 = offsetof<Insight>();

export function insightAt(pointer: HostPointer): Insight {
  return changetype<Insight>(<usize>pointer);
}

export function textOf(pointer: HostPointer): HostPointer {
  return pointer + INSIGHT_SIZE;
}
