// The rollback journal of an archive. SQLite writes the original of each page there before it changes the page for the first
// time in a transaction (https://www.sqlite.org/fileformat2.html#the_rollback_journal):
//
//   | header, one sector | page number, original, checksum | page number, original, checksum | ...
//
// The original is what the published image has at that place, and goes on to have until the transaction is published or
// forgotten. So this file keeps number and checksum of each page, eight bytes on the heap, and takes the bytes from the image
// when SQLite rolls back. It knows by the place of a write what it is, since SQLite, which syncs nothing here, writes one header
// and then record by record.
//
// SQLite rolls back by reading each original and writing it to its place. Such a write is known when it comes, and takes the
// page out of the overlay instead of copying the published image into it: rolling back needs no room, and cannot be refused.
//
// No message finds a journal of another one: one that traps leaves neither overlay nor journal behind.

import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { allocate, copyHeap, NO_MEMORY, release } from '../pages/heap';
import { readBytes } from '../pages/image-read';
import { discardOverlay } from '../pages/overlay';
import { Store } from '../pages/store';
import { journalIoMethods } from './register';
import {
  SQLITE_IOERR_DATA,
  SQLITE_IOERR_NOMEM,
  SQLITE_IOERR_SHORT_READ,
  SQLITE_IOERR_WRITE,
  SQLITE_NOTFOUND,
  SQLITE_OK,
} from './result-codes';

/** An open file: SQLite's part, then ours. */
@unmanaged
export class MainJournal {
  methods: EnginePointer;
  /** Host address of the store, whose lifetime is longer than the file's. */
  store: usize;
  /** Bytes of the file as SQLite sees it; 0 between transactions. */
  size: u64;
  /** Bytes before the first record. */
  sectorSize: u32;
  /** Bytes of an original. */
  pageSize: u32;
  records: HostPointer;
  /** Records that were begun. */
  count: u32;
  capacity: u32;
  /** The header's first bytes; the rest of the sector is zeros. */
  header0: u64;
  header1: u64;
  header2: u64;
  header3: u32;
}

@unmanaged
class Record {
  /** Both as SQLite writes them, big-endian. */
  page: u32;
  checksum: u32;
}

const HEADER_LENGTH: u32 = 28;
// Places in the header, big-endian.
const SECTOR_SIZE_FIELD: u32 = 20;
const PAGE_SIZE_FIELD: u32 = 24;
/** Bytes of a record's page number, and of its checksum. */
const NUMBER: u32 = 4;
const SMALLEST_CAPACITY: u32 = 32;
/** Room that is kept from one transaction to the next. */
const KEPT_CAPACITY: u32 = 512;

/** Journals of transactions that are under way. */
let inUse: u32 = 0;

/** The original that was read last: whose, from where in the image, to where. */
let originalOf: usize = 0;
let originalOffset: u64 = 0;
let originalBuffer: HostPointer = 0;
let originalSize: u32 = 0;

export function openMainJournal(slot: Store, file: MainJournal): i32 {
  memory.fill(changetype<usize>(file), 0, offsetof<MainJournal>());
  file.store = changetype<usize>(slot);
  file.methods = journalIoMethods();
  slot.journal = changetype<usize>(file);
  return SQLITE_OK;
}

/** Whether an archive has a transaction under way that has changed pages. */
export function isJournalInUse(): bool {
  return inUse > 0;
}

/** Forgets what a store's transaction would need to roll back, because it was rolled back. */
export function emptyMainJournal(slot: Store): void {
  if (slot.journal !== 0) empty(changetype<MainJournal>(slot.journal));
}

/** Whether what is about to be written to a store's file is the original that was just read for its place. */
export function isOriginal(slot: Store, source: HostPointer, size: u32, offset: u64): bool {
  const isLast =
    originalOf === changetype<usize>(slot) &&
    originalBuffer === source &&
    originalSize === size &&
    originalOffset === offset;
  originalOf = 0;
  return isLast;
}

export function journalClose(pointer: EnginePointer): i32 {
  const file = fileAt(pointer);
  empty(file);
  release(file.records);
  changetype<Store>(file.store).journal = 0;
  return SQLITE_OK;
}

export function journalWrite(pointer: EnginePointer, buffer: EnginePointer, size: i32, offset: i64): i32 {
  const file = fileAt(pointer);
  if (offset === 0) return writeHeader(file, toHost(buffer), size);
  const code = writeRecord(file, toHost(buffer), size, <u64>offset - file.sectorSize);
  if (code === SQLITE_OK) file.size = max(file.size, <u64>offset + <u64>size);
  return code;
}

export function journalRead(pointer: EnginePointer, buffer: EnginePointer, size: i32, offset: i64): i32 {
  const file = fileAt(pointer);
  const end = min(<u64>offset + <u64>size, file.size);
  let at = <u64>offset;
  let destination = toHost(buffer);
  while (at < end) {
    const part = readPart(file, destination, <u32>min<u64>(end - at, u32.MAX_VALUE), at);
    if (part === 0) return SQLITE_IOERR_DATA;
    at += part;
    destination += part;
  }
  const missing = <u32>(<u64>offset + <u64>size - max(at, <u64>offset));
  if (missing === 0) return SQLITE_OK;
  memory.fill(destination, 0, missing);
  return SQLITE_IOERR_SHORT_READ;
}

/** SQLite cuts a journal off when its transaction ends, and nowhere else. */
export function journalTruncate(pointer: EnginePointer, _size: i64): i32 {
  empty(fileAt(pointer));
  return SQLITE_OK;
}

export function journalSize(pointer: EnginePointer, result: EnginePointer): i32 {
  store<u64>(toHost(result), fileAt(pointer).size);
  return SQLITE_OK;
}

export function journalControl(_pointer: EnginePointer, _operation: i32, _argument: EnginePointer): i32 {
  return SQLITE_NOTFOUND;
}

function fileAt(pointer: EnginePointer): MainJournal {
  return changetype<MainJournal>(<usize>toHost(pointer));
}

function empty(file: MainJournal): void {
  if (file.size > 0) inUse--;
  file.size = 0;
  file.count = 0;
  if (file.capacity <= KEPT_CAPACITY) return;
  release(file.records);
  file.records = NO_MEMORY;
  file.capacity = 0;
}

function headerOf(file: MainJournal): HostPointer {
  return <u32>changetype<usize>(file) + <u32>offsetof<MainJournal>('header0');
}

function recordAt(file: MainJournal, number: u32): Record {
  return changetype<Record>(<usize>(file.records + number * <u32>offsetof<Record>()));
}

/** Begins the journal of a transaction. If another one has left anything, SQLite has given it up. */
function writeHeader(file: MainJournal, source: HostPointer, size: u32): i32 {
  if (size < HEADER_LENGTH) return SQLITE_IOERR_WRITE;
  discardOverlay(changetype<Store>(file.store).overlay);
  memory.copy(headerOf(file), source, HEADER_LENGTH);
  file.sectorSize = bswap(load<u32>(source + SECTOR_SIZE_FIELD));
  file.pageSize = bswap(load<u32>(source + PAGE_SIZE_FIELD));
  if (file.size === 0) inUse++;
  file.count = 0;
  file.size = size;
  return SQLITE_OK;
}

/** Takes a part of the record that is being written: its number, which begins it, its original, its checksum. */
function writeRecord(file: MainJournal, source: HostPointer, size: u32, place: u64): i32 {
  const length = file.pageSize + 2 * NUMBER;
  const number = <u32>(place / length);
  const part = <u32>(place - <u64>number * length);
  if (part === 0 && size === NUMBER && number === file.count) {
    if (number === file.capacity && !makeRoom(file)) return SQLITE_IOERR_NOMEM;
    recordAt(file, number).page = load<u32>(source);
    file.count++;
    return SQLITE_OK;
  }
  if (number + 1 !== file.count) return SQLITE_IOERR_WRITE;
  if (part === NUMBER && size === file.pageSize) return SQLITE_OK;
  if (part !== NUMBER + file.pageSize || size !== NUMBER) return SQLITE_IOERR_WRITE;
  recordAt(file, number).checksum = load<u32>(source);
  return SQLITE_OK;
}

/** Reads up to the end of whatever lies at a place of the file, and returns how much; 0 where the image is damaged. */
function readPart(file: MainJournal, destination: HostPointer, size: u32, at: u64): u32 {
  if (at < file.sectorSize) return readHeader(file, destination, size, <u32>at);
  const length = file.pageSize + 2 * NUMBER;
  const number = <u32>((at - file.sectorSize) / length);
  const inRecord = <u32>(at - file.sectorSize - <u64>number * length);
  const record = recordAt(file, number);
  if (inRecord < NUMBER) {
    return copyPart(destination, size, <u32>changetype<usize>(record), inRecord, NUMBER);
  }
  const inPage = inRecord - NUMBER;
  if (inPage < file.pageSize) {
    const part = min(size, file.pageSize - inPage);
    const start = <u64>(bswap(record.page) - 1) * file.pageSize + inPage;
    const slot = changetype<Store>(file.store);
    if (!readOriginal(slot, destination, part, start)) return 0;
    originalOf = file.store;
    originalOffset = start;
    originalBuffer = destination;
    originalSize = part;
    return part;
  }
  const checksum = <u32>changetype<usize>(record) + <u32>offsetof<Record>('checksum');
  return copyPart(destination, size, checksum, inPage - file.pageSize, NUMBER);
}

function readHeader(file: MainJournal, destination: HostPointer, size: u32, at: u32): u32 {
  if (at < HEADER_LENGTH) return copyPart(destination, size, headerOf(file), at, HEADER_LENGTH);
  const part = min(size, file.sectorSize - at);
  memory.fill(destination, 0, part);
  return part;
}

function copyPart(destination: HostPointer, size: u32, source: HostPointer, at: u32, length: u32): u32 {
  const part = min(size, length - at);
  memory.copy(destination, source + at, part);
  return part;
}

/** Bytes of the published image; zeros behind its end, as SQLite had them. */
function readOriginal(slot: Store, destination: HostPointer, size: u32, offset: u64): bool {
  const image = slot.live;
  const present = offset < image.logicalSize ? <u32>min<u64>(size, image.logicalSize - offset) : 0;
  if (!readBytes(slot, image, offset, destination, present)) return false;
  if (present < size) memory.fill(destination + present, 0, size - present);
  return true;
}

function makeRoom(file: MainJournal): bool {
  const capacity = max(file.capacity << 1, SMALLEST_CAPACITY);
  const larger = allocate(capacity * <u32>offsetof<Record>());
  if (larger === NO_MEMORY) return false;
  copyHeap(larger, file.records, file.count * <u32>offsetof<Record>());
  release(file.records);
  file.records = larger;
  file.capacity = capacity;
  return true;
}
