import { HostPointer } from '../externals/addresses';
import { time } from '../externals/ic0';
import { memorySize } from '../memory/header';
import { MemoryId } from '../memory/layout';
import { replaceMemory } from '../memory/replace';
import { releaseMemory } from '../memory/shrink';
import { readMemory, writeMemory } from '../memory/virtual-memory';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { closeStore, formatStore, openStore, storeAt } from '../pages/stores';
import { SUPERBLOCK_LENGTH } from '../pages/superblock';
import { xxh64 } from '../pages/xxh64';
import { SlotContent } from './content';
import { FNV_START } from './fnv';
import { AdoptionStatus } from './status';

// An archive that is being adopted grows in a virtual memory of its own, so that not one byte of the old image changes
// before the last step. That step gives the slot the buckets of the new archive and frees the old ones, which is a matter
// of the owner table alone. What must survive an upgrade meanwhile stands behind the superblock in page 0.

/** One of the MemoryIds that are kept free for Tabularium. */
export const WORKSPACE: MemoryId = 117;

/** "TABADOPT" */
const RECORD_MAGIC: u64 = ((<u64>0x54504f44) << 32) | 0x41424154;
const RECORD_VERSION: u32 = 1;
const RECORD_OFFSET: u64 = SUPERBLOCK_LENGTH;

/** Head of an adoption under way (docs/LAYOUT.md, section 7.4). */
@unmanaged
export class AdoptionRecord {
  magic: u64;
  version: u32;
  /** MemoryId of the slot that is adopted. */
  source: MemoryId;
  /** What the slot's first bytes were when the adoption began. */
  fingerprint: u64;
  /** Bytes of the image that were copied from its start. */
  copied: u64;
  /** FNV-1a 64 of those bytes, as long as the image has a checksum to compare. */
  hash: u64;
  /** Nanoseconds since 1970. */
  begun: u64;
  reserved0: u64;
  /** XXH64 with seed 0 of all bytes before. */
  checksum: u64;
}
const RECORD_LENGTH: u32 = <u32>offsetof<AdoptionRecord>();
const CHECKED_LENGTH: u32 = RECORD_LENGTH - 8;

const bytes: HostPointer = <u32>memory.data(offsetof<AdoptionRecord>(), 8);

/** The record that was read or begun last. */
export function adoptionRecord(): AdoptionRecord {
  return changetype<AdoptionRecord>(<usize>bytes);
}

/** Whether an adoption is under way; its record is {@link adoptionRecord} then, and its store is open. */
export function openWorkspace(): AdoptionStatus {
  if (memorySize(WORKSPACE) === 0) return AdoptionStatus.None;
  readMemory(WORKSPACE, RECORD_OFFSET, bytes, RECORD_LENGTH);
  const record = adoptionRecord();
  if (record.magic !== RECORD_MAGIC || record.version !== RECORD_VERSION)
    return AdoptionStatus.WorkspaceTaken;
  if (record.checksum !== xxh64(bytes, CHECKED_LENGTH, 0)) return AdoptionStatus.WorkspaceTaken;
  const status = openStore(WORKSPACE);
  if (status === StoreStatus.Full) return AdoptionStatus.Full;
  return status === StoreStatus.Ok ? AdoptionStatus.Ok : AdoptionStatus.WorkspaceTaken;
}

/** The store of the adoption under way. */
export function workspaceStore(): Store {
  return storeAt(WORKSPACE)!;
}

/** Begins an adoption with nothing copied. Full leaves everything as it was. */
export function createWorkspace(source: SlotContent, generation: u64): AdoptionStatus {
  if (formatStore(WORKSPACE, generation) !== StoreStatus.Ok) return AdoptionStatus.Full;
  const record = adoptionRecord();
  memory.fill(bytes, 0, RECORD_LENGTH);
  record.magic = RECORD_MAGIC;
  record.version = RECORD_VERSION;
  record.source = source.id;
  record.fingerprint = source.fingerprint;
  record.hash = FNV_START;
  record.begun = time();
  writeRecord();
  return AdoptionStatus.Ok;
}

export function writeRecord(): void {
  adoptionRecord().checksum = xxh64(bytes, CHECKED_LENGTH, 0);
  writeMemory(WORKSPACE, RECORD_OFFSET, bytes, RECORD_LENGTH);
}

/** Gives the workspace up, and all of its buckets back. */
export function releaseWorkspace(): void {
  closeStore(WORKSPACE);
  releaseMemory(WORKSPACE);
}

/** Makes the finished archive the slot's. The buckets of the old image are free afterwards. */
export function installWorkspace(): void {
  const source = adoptionRecord().source;
  memory.fill(bytes, 0, RECORD_LENGTH);
  writeMemory(WORKSPACE, RECORD_OFFSET, bytes, RECORD_LENGTH);
  closeStore(WORKSPACE);
  replaceMemory(source, WORKSPACE);
}
