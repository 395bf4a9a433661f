import type { IDL } from '@dfinity/candid';
import type { IdlModule } from './idl';

/** The MemoryIds that archives get, both ends included. The anchor is allocated first; `first` when it is absent. */
export interface CandidSlotRange {
  first: number;
  last: number;
  anchor: [] | [number];
}

/**
 * What the installer may choose, once. Upgrades take both from the stable memory, whatever they are given.
 *
 * - The unit in which archives own raw stable memory, in pages of 64 KiB. Small buckets waste less on small archives;
 *   large ones raise the bound of 32,768 buckets. Default 16 pages: 1 MiB a bucket, 32 GiB in all.
 * - The slots. Default 120 to 254; others are ranges within 0 to 110 or 120 to 254.
 */
export type CandidInstallOptions =
  | []
  | [{ bucket_size_in_pages: [] | [number]; slots: [] | [CandidSlotRange] }];

export function installOptions(IDL: IdlModule): IDL.Type {
  const Range = IDL.Record({ first: IDL.Nat16, last: IDL.Nat16, anchor: IDL.Opt(IDL.Nat16) });
  return IDL.Opt(IDL.Record({ bucket_size_in_pages: IDL.Opt(IDL.Nat16), slots: IDL.Opt(Range) }));
}
