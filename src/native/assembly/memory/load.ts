import { trap, trapWithNumber } from '../engine/trap';
import { stable64_read, stable64_size } from '../externals/ic0';
import { bucketCount, rebuildLists } from './bucket-lists';
import { adoptHeader, allocatedBuckets, bucketSizeInPages, header, memorySize } from './header';
import {
  HEADER_LENGTH,
  HEADER_RESERVED,
  HEADER_RESERVED_LENGTH,
  HEADER_VERSION,
  LAYOUT_VERSION,
  MAGIC,
  MAX_BUCKETS,
  MEMORY_COUNT,
  OWNERS_LENGTH,
  OWNERS_OFFSET,
  PAGES_BEFORE_BUCKETS,
  UNALLOCATED,
} from './layout';
import { scratch } from './scratch';

const MAGIC_MASK: u32 = 0xffffff;

/**
 * Takes over the manager that stable memory holds. Every inconsistency traps by name before anything is written: what
 * was not recognised is never overwritten. The work depends on the number of buckets only, by a few instructions each.
 */
export function loadManager(): void {
  stable64_read(header, 0, HEADER_LENGTH);
  checkIdentity();
  checkBucketFields();
  stable64_read(scratch, OWNERS_OFFSET, OWNERS_LENGTH);
  checkOwners();
  rebuildLists(scratch, allocatedBuckets());
  checkMemorySizes();
  adoptHeader();
}

function checkIdentity(): void {
  if ((load<u32>(header) & MAGIC_MASK) !== MAGIC) {
    trap('Tabularium: stable memory holds data that is not a MemoryManager; it was left untouched');
  }
  const version = load<u8>(header + HEADER_VERSION);
  if (version !== LAYOUT_VERSION) {
    trapWithNumber('Tabularium: MemoryManager layout version ', version, ' is not supported (version 1 is)');
  }
}

function checkBucketFields(): void {
  if (bucketSizeInPages() === 0) trap('Tabularium: damaged MemoryManager: the bucket size is zero');
  const allocated = allocatedBuckets();
  if (allocated > MAX_BUCKETS) {
    trapWithNumber(
      'Tabularium: damaged MemoryManager: ',
      allocated,
      ' allocated buckets, beyond the 32768 there can be',
    );
  }
  const needed = PAGES_BEFORE_BUCKETS + <u64>allocated * bucketSizeInPages();
  if (stable64_size() < needed) {
    trapWithNumber(
      'Tabularium: damaged MemoryManager: its buckets need ',
      needed,
      ' pages of stable memory, more than there are',
    );
  }
  for (let offset: u32 = 0; offset < HEADER_RESERVED_LENGTH; offset += sizeof<u64>()) {
    if (load<u64>(header + HEADER_RESERVED + offset) !== 0) {
      trap(
        'Tabularium: MemoryManager header with reserved bytes in use, written by a layout that is not supported',
      );
    }
  }
}

function checkOwners(): void {
  let bucket = allocatedBuckets();
  for (; bucket < MAX_BUCKETS && bucket % sizeof<u64>() !== 0; bucket++) checkUnallocated(bucket);
  for (; bucket < MAX_BUCKETS; bucket += sizeof<u64>()) {
    if (load<u64>(scratch + bucket) === u64.MAX_VALUE) continue;
    for (let each = bucket; each < bucket + sizeof<u64>(); each++) checkUnallocated(each);
  }
}

function checkUnallocated(bucket: u32): void {
  if (load<u8>(scratch + bucket) !== UNALLOCATED) {
    trapWithNumber(
      'Tabularium: damaged MemoryManager: bucket ',
      bucket,
      ' has an owner but was never allocated',
    );
  }
}

function checkMemorySizes(): void {
  const pagesPerBucket = <u64>bucketSizeInPages();
  const limit = pagesPerBucket * MAX_BUCKETS;
  for (let id: u32 = 0; id < MEMORY_COUNT; id++) {
    const pages = memorySize(id);
    if (pages > limit) {
      trapWithNumber(
        'Tabularium: damaged MemoryManager: the size of memory ',
        id,
        ' is beyond what its buckets could hold',
      );
    }
    if ((pages + pagesPerBucket - 1) / pagesPerBucket !== bucketCount(id)) {
      trapWithNumber(
        'Tabularium: damaged MemoryManager: the size of memory ',
        id,
        ' contradicts the number of its buckets',
      );
    }
  }
}
