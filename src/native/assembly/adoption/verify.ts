import { PAGE_SHIFT, PAGE_SIZE } from '../pages/layout';
import { pageBuffer } from '../pages/page-buffers';
import { beginQueryStep, endsStep } from '../pages/step-end';
import { hasFreshChecksum, SlotContent } from './content';
import { fnvUpdate } from './fnv';
import { beginForeignReads, readForeignPage } from './foreign-pages';

// Verification keeps no state: the caller hands back how far it came, so that it can go on in query calls.

let hash: u64 = 0;
let isDamaged = false;

/** The image's hash up to where {@link verifyPages} came. */
export function verifiedHash(): u64 {
  return hash;
}

/** Whether the image is damaged where {@link verifyPages} stopped. */
export function metDamage(): bool {
  return isDamaged;
}

/**
 * Reads at most `budget` pages of an adoptable image from a multiple of 4,096 bytes on, fewer where the step ends before, and
 * hashes them if there is a checksum to compare in the end. Returns where it stopped.
 */
export function verifyPages(content: SlotContent, from: u64, hashBefore: u64, budget: u32): u64 {
  hash = hashBefore;
  isDamaged = false;
  const isHashed = hasFreshChecksum(content);
  beginForeignReads();
  beginQueryStep();
  let offset = from;
  for (let n: u32 = 0; n < budget && offset < content.imageSize; n++) {
    if (!readForeignPage(content, <u32>(offset >> PAGE_SHIFT), pageBuffer)) {
      isDamaged = true;
      break;
    }
    const size = <u32>min<u64>(PAGE_SIZE, content.imageSize - offset);
    if (isHashed) hash = fnvUpdate(hash, pageBuffer, size);
    offset += size;
    if (endsStep(n + 1)) break;
  }
  return offset;
}
