import { HostPointer } from '../externals/addresses';
import { MEMORY_COUNT, MemoryId } from '../memory/layout';

// SQL can name files (ATTACH, VACUUM INTO). The VFS opens only the one file whose opening is under way natively, and no
// other at any time: an archive by its MemoryId in decimal, the image staged beside it by that and a letter.

/** Which image of a slot a file is. */
export enum FileView {
  /** The live image, with the transaction under way. */
  Live = 0,
  /** The image of an import under way, as it will be: read-only. */
  Staged = 1,
}

const DIGIT_ZERO: u32 = 0x30;
const DIGITS: u32 = 3;
/** "s" */
const STAGED_SUFFIX: u32 = 0x73;
/** "-", of "-journal" */
const JOURNAL_SUFFIX: u32 = 0x2d;
/** Bytes of the longest file name, its terminating zero included. */
export const FILE_NAME_CAPACITY: u32 = 5;

export const NOTHING_GRANTED: MemoryId = 0xffffffff;
let granted: MemoryId = 0xffffffff;
let grantedAs: FileView = FileView.Live;

export function grant(id: MemoryId, view: FileView): void {
  granted = id;
  grantedAs = view;
}

/** Which image of the granted memory is meant. */
export function grantedView(): FileView {
  return grantedAs;
}

export function revokeGrant(): void {
  granted = NOTHING_GRANTED;
}

/** MemoryId that a file name stands for if it is granted, or {@link NOTHING_GRANTED}. */
export function grantedMemory(name: HostPointer): MemoryId {
  let id: u32 = 0;
  let length: u32 = 0;
  const suffix = grantedAs === FileView.Staged ? STAGED_SUFFIX : 0;
  for (; load<u8>(name + length) !== suffix; length++) {
    const digit = <u32>load<u8>(name + length) - DIGIT_ZERO;
    if (digit > 9 || length === DIGITS) return NOTHING_GRANTED;
    id = id * 10 + digit;
  }
  if (suffix !== 0 && load<u8>(name + length + 1) !== 0) return NOTHING_GRANTED;
  return length > 0 && id < MEMORY_COUNT && id === granted ? id : NOTHING_GRANTED;
}

/** MemoryId in the name of an open archive's journal: SQLite puts a suffix behind the name of the archive's file. */
export function memoryOfJournal(name: HostPointer): MemoryId {
  let id: u32 = 0;
  for (let at = name; load<u8>(at) !== JOURNAL_SUFFIX; at++) id = id * 10 + (<u32>load<u8>(at) - DIGIT_ZERO);
  return id;
}

/** Writes the name of a file, zero-terminated. */
export function writeFileName(id: MemoryId, view: FileView, destination: HostPointer): void {
  let divisor: u32 = id >= 100 ? 100 : id >= 10 ? 10 : 1;
  for (; divisor > 0; divisor /= 10) store<u8>(destination++, DIGIT_ZERO + ((id / divisor) % 10));
  if (view === FileView.Staged) store<u8>(destination++, STAGED_SUFFIX);
  store<u8>(destination, 0);
}
