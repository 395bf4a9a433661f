// Places for large buffers that ordinary messages do not touch: where the engine's stack was before the link moved it. Static
// data that messages do touch lies together instead, because under the IC's rule of July 2026 a message pays for each Wasm
// page that it touches first. Like all static data they begin as zeros.

import { HostPointer } from './addresses';

/** Each slot's buckets in order, and where they start (memory/bucket-lists.ts). */
export const BUCKET_ORDER: HostPointer = COLD_BASE;
export const BUCKET_ORDER_LENGTH: u32 = 65536;
/** Bytes whose content lives only within one native function (memory/scratch.ts). */
export const SCRATCH: HostPointer = BUCKET_ORDER + BUCKET_ORDER_LENGTH;
export const SCRATCH_LENGTH: u32 = 32768;
/** Values of one row, of as many columns as a result can have (binding/rows.ts). */
export const ROW_VALUES: HostPointer = SCRATCH + SCRATCH_LENGTH;
const ROW_VALUES_LENGTH: u32 = 16000;
/** A part of an image that is hashed (imports/hash-image.ts). */
export const HASHED_PART: HostPointer = ROW_VALUES + ROW_VALUES_LENGTH;
export const HASHED_PART_LENGTH: u32 = 16384;
/** Tables of an image that is given back (pages/release.ts). */
export const OWN_TABLES: HostPointer = HASHED_PART + HASHED_PART_LENGTH;
const OWN_TABLES_LENGTH: u32 = 12288;
export const OTHER_TABLE: HostPointer = OWN_TABLES + OWN_TABLES_LENGTH;
const PAGE: u32 = 4096;
/** Bits of what an import has received (pages/import-coverage.ts). */
export const COVERAGE_BITS: HostPointer = OTHER_TABLE + PAGE;
/** A page that is checked as a whole (pages/page-checksum.ts). */
export const CHECKED_PAGE: HostPointer = COVERAGE_BITS + PAGE;
/** Values of the list of a slot's missing ranges (binding/import-report.ts). */
export const MISSING_RANGES: HostPointer = CHECKED_PAGE + PAGE;
const END: HostPointer = MISSING_RANGES + PAGE;

if (END > <u32>COLD_END) ERROR('the cold places do not fit where the engine had its stack');
