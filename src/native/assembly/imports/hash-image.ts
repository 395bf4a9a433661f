import { isSpent } from '../engine/instruction-budget';
import { HostPointer } from '../externals/addresses';
import { HASHED_PART } from '../externals/cold-places';
import { SHA256_LENGTH, sha256End, sha256Update } from '../hash/sha256';
import { readBytes } from '../pages/image-read';
import { expectedDigest, imageHash, importRecord } from '../pages/import-record';
import { PAGE_SIZE } from '../pages/layout';
import { Store } from '../pages/store';

/** Bytes between two looks at the budget: a million instructions. */
const PART: u32 = 4 * PAGE_SIZE;

const part: HostPointer = HASHED_PART;
const digest: HostPointer = <u32>memory.data(32, 8);

/** Hashes on as the image was sent, to its end or that of the budget. False where a page is damaged or lost. */
export function hashImage(slot: Store): bool {
  const record = importRecord();
  const size = slot.superblock.stagingSize;
  while (record.hashed < size) {
    const length = <u32>min<u64>(PART, size - record.hashed);
    if (!readBytes(slot, slot.staging, record.hashed, part, length)) return false;
    sha256Update(imageHash(), part, length);
    record.hashed += length;
    if (isSpent()) return true;
  }
  return true;
}

/** Ends the hash. Whether it is the one that was announced. */
export function hashMatches(): bool {
  sha256End(imageHash(), digest);
  for (let at: u32 = 0; at < SHA256_LENGTH; at += 8) {
    if (load<u64>(digest + at) !== load<u64>(expectedDigest() + at)) return false;
  }
  return true;
}
