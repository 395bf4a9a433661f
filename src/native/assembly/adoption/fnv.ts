import { HostPointer } from '../externals/addresses';

// FNV-1a with 64 bits, the checksum of ic-sqlite-vfs. http://www.isthe.com/chongo/tech/comp/fnv/

export const FNV_START: u64 = ((<u64>0xcbf29ce4) << 32) | 0x84222325;
const FNV_PRIME: u64 = ((<u64>0x100) << 32) | 0x000001b3;
const STEP: u32 = 8;

/** The hash of what was hashed before, followed by bytes of the heap. */
export function fnvUpdate(hash: u64, source: HostPointer, size: u32): u64 {
  const end = source + size;
  for (; source + STEP <= end; source += STEP) {
    hash = (hash ^ load<u8>(source)) * FNV_PRIME;
    hash = (hash ^ load<u8>(source, 1)) * FNV_PRIME;
    hash = (hash ^ load<u8>(source, 2)) * FNV_PRIME;
    hash = (hash ^ load<u8>(source, 3)) * FNV_PRIME;
    hash = (hash ^ load<u8>(source, 4)) * FNV_PRIME;
    hash = (hash ^ load<u8>(source, 5)) * FNV_PRIME;
    hash = (hash ^ load<u8>(source, 6)) * FNV_PRIME;
    hash = (hash ^ load<u8>(source, 7)) * FNV_PRIME;
  }
  for (; source < end; source++) hash = (hash ^ load<u8>(source)) * FNV_PRIME;
  return hash;
}

/** Hash of a record whose checksum field (8 bytes) counts as zeros. */
export function fnvOfRecord(record: HostPointer, size: u32, checksumField: u32): u64 {
  let hash = fnvUpdate(FNV_START, record, checksumField);
  for (let n: u32 = 0; n < sizeof<u64>(); n++) hash *= FNV_PRIME;
  const rest = checksumField + <u32>sizeof<u64>();
  return fnvUpdate(hash, record + rest, size - rest);
}
