import type { IDL } from '@dfinity/candid';
import type { IdlModule } from './idl';

/**
 * What the installer may choose, once: the unit in which archives own raw stable memory, in pages of 64 KiB. Small
 * buckets waste less on small archives; large ones raise the bound of 32,768 buckets. Default 16 pages: 1 MiB a bucket,
 * 32 GiB in all. Upgrades take it from the stable memory, whatever they are given.
 */
export type CandidInstallOptions = [] | [{ bucket_size_in_pages: [] | [number] }];

export function installOptions(IDL: IdlModule): IDL.Type {
  return IDL.Opt(IDL.Record({ bucket_size_in_pages: IDL.Opt(IDL.Nat16) }));
}
