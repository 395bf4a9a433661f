import { HostPointer } from '../externals/addresses';

// The first 100 bytes of a SQLite file (https://www.sqlite.org/fileformat2.html#the_database_header). Big-endian.

export const DATABASE_HEADER_LENGTH: u32 = 100;

/** "SQLite f", "ormat 3\0" */
const MAGIC_FIRST: u64 = ((<u64>0x66206574) << 32) | 0x694c5153;
const MAGIC_SECOND: u64 = ((<u64>0x00332074) << 32) | 0x616d726f;

const PAGE_SIZE_FIELD: u32 = 16;
export const WRITE_VERSION_FIELD: u32 = 18;
const READ_VERSION_FIELD: u32 = 19;
const CHANGE_COUNTER_FIELD: u32 = 24;
const PAGE_COUNT_FIELD: u32 = 28;
const FREE_PAGES_FIELD: u32 = 36;
const SCHEMA_COOKIE_FIELD: u32 = 40;
const VERSION_VALID_FOR_FIELD: u32 = 92;

export const FORMAT_ROLLBACK_JOURNAL: u8 = 1;
export const FORMAT_WAL: u8 = 2;

const SMALLEST_PAGE_SIZE: u32 = 512;
const LARGEST_PAGE_SIZE: u32 = 65536;
/** How the largest page size, which 16 bits do not hold, is spelt. */
const LARGEST_SPELLING: u32 = 1;

export function hasSqliteMagic(header: HostPointer): bool {
  return load<u64>(header) === MAGIC_FIRST && load<u64>(header, 8) === MAGIC_SECOND;
}

/** Page size in bytes, or 0 when the field holds none of SQLite's. */
export function sqlitePageSize(header: HostPointer): u32 {
  const spelling = <u32>bswap(load<u16>(header + PAGE_SIZE_FIELD));
  const size = spelling === LARGEST_SPELLING ? LARGEST_PAGE_SIZE : spelling;
  const valid = size >= SMALLEST_PAGE_SIZE && size <= LARGEST_PAGE_SIZE && popcnt(size) === 1;
  return valid ? size : 0;
}

/** The later of the format versions that reading and writing ask for. */
export function formatVersion(header: HostPointer): u8 {
  return max(load<u8>(header + WRITE_VERSION_FIELD), load<u8>(header + READ_VERSION_FIELD));
}

export function setFormatVersion(header: HostPointer, version: u8): void {
  store<u8>(header + WRITE_VERSION_FIELD, version);
  store<u8>(header + READ_VERSION_FIELD, version);
}

/** Pages of the database, or 0 where an old SQLite left the field stale and the file's size counts. */
export function databasePages(header: HostPointer): u32 {
  return field(header, CHANGE_COUNTER_FIELD) === field(header, VERSION_VALID_FOR_FIELD)
    ? field(header, PAGE_COUNT_FIELD)
    : 0;
}

/** Bytes of a database of a size that lie in pages other than free ones. */
export function usedBytes(header: HostPointer, size: u64): u64 {
  const free = <u64>field(header, FREE_PAGES_FIELD) * sqlitePageSize(header);
  return free < size ? size - free : 0;
}

export function schemaCookie(header: HostPointer): u32 {
  return field(header, SCHEMA_COOKIE_FIELD);
}

function field(header: HostPointer, offset: u32): u32 {
  return bswap(load<u32>(header + offset));
}
