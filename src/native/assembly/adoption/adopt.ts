import { MemoryId } from '../memory/layout';
import { isZero } from '../memory/zeros';
import { FANOUT, LogicalPage, PAGE_SHIFT, PAGE_SIZE, pagesOf } from '../pages/layout';
import { writeImagePage } from '../pages/map-write';
import { pageBuffer } from '../pages/page-buffers';
import { takeDatabaseHeader } from '../pages/publish';
import { reservePages, TABLES_PER_PAGE } from '../pages/reserve';
import { StoreStatus } from '../pages/status';
import { beginStep, endsStep } from '../pages/step-end';
import { Store } from '../pages/store';
import { writeSuperblock } from '../pages/superblock';
import { hasFreshChecksum, isAdoptable, SlotContent } from './content';
import { fnvUpdate } from './fnv';
import { beginForeignReads, readForeignPage } from './foreign-pages';
import { recognise } from './recognise';
import { AdoptionStatus } from './status';
import {
  adoptionRecord,
  createWorkspace,
  installWorkspace,
  openWorkspace,
  releaseWorkspace,
  workspaceStore,
  writeRecord,
} from './workspace';

/** Begins to adopt what a slot holds. Nothing of the slot is changed before the last step. */
export function beginAdoption(id: MemoryId, generation: u64): AdoptionStatus {
  const workspace = openWorkspace();
  if (workspace === AdoptionStatus.Ok) return AdoptionStatus.UnderWay;
  if (workspace !== AdoptionStatus.None) return workspace;
  const source = recognise(id);
  return isAdoptable(source) ? createWorkspace(source, generation) : AdoptionStatus.NotAdoptable;
}

/**
 * Copies at most `budget` pages of the image, fewer where the step ends before; the last call also makes the copy the slot's archive. Whatever is refused,
 * the adoption stays where it is and can be cancelled.
 */
export function continueAdoption(id: MemoryId, budget: u32): AdoptionStatus {
  const workspace = openAdoption(id);
  if (workspace !== AdoptionStatus.Ok) return workspace;
  const source = recognise(id);
  if (!isAdoptable(source) || source.fingerprint !== adoptionRecord().fingerprint) {
    return AdoptionStatus.SourceChanged;
  }
  const status = copyPages(workspaceStore(), source, budget);
  if (status !== AdoptionStatus.Ok || !isComplete(source)) return status;
  if (hasFreshChecksum(source) && adoptionRecord().hash !== source.imageChecksum) {
    return AdoptionStatus.ChecksumMismatch;
  }
  completeArchive(workspaceStore(), source);
  installWorkspace();
  return AdoptionStatus.Ok;
}

/** Gives the copy up. The slot holds what it held. */
export function cancelAdoption(id: MemoryId): AdoptionStatus {
  const workspace = openAdoption(id);
  if (workspace === AdoptionStatus.Ok) releaseWorkspace();
  return workspace;
}

/** The same as {@link openWorkspace}, for the adoption of one slot. */
export function openAdoption(id: MemoryId): AdoptionStatus {
  const workspace = openWorkspace();
  if (workspace !== AdoptionStatus.Ok) return workspace;
  return adoptionRecord().source === id ? AdoptionStatus.Ok : AdoptionStatus.None;
}

function isComplete(source: SlotContent): bool {
  return adoptionRecord().copied === source.imageSize;
}

/** Progress is recorded even where a damaged table ends the step early, since pages were written until there. */
function copyPages(store: Store, source: SlotContent, budget: u32): AdoptionStatus {
  const record = adoptionRecord();
  const first = <u32>(record.copied >> PAGE_SHIFT);
  const count = min(budget, pagesOf(source.imageSize) - first);
  const room = reservePages(store, count + (count / FANOUT + 2) * TABLES_PER_PAGE);
  if (room !== StoreStatus.Ok) return AdoptionStatus.Full;
  beginForeignReads();
  beginStep();
  let page = first;
  let status = AdoptionStatus.Ok;
  for (; page < first + count && status === AdoptionStatus.Ok && !endsStep(page - first); page++) {
    status = copyPage(store, source, page);
  }
  store.live.logicalSize = record.copied;
  writeStore(store);
  writeRecord();
  return status;
}

function copyPage(store: Store, source: SlotContent, page: LogicalPage): AdoptionStatus {
  if (!readForeignPage(source, page, pageBuffer)) return AdoptionStatus.SourceDamaged;
  const record = adoptionRecord();
  const size = <u32>min<u64>(PAGE_SIZE, source.imageSize - record.copied);
  if (hasFreshChecksum(source)) record.hash = fnvUpdate(record.hash, pageBuffer, size);
  if (page === 0) takeDatabaseHeader(store, pageBuffer);
  if (!isZero(pageBuffer, PAGE_SIZE)) writeImagePage(store, store.live, page, pageBuffer);
  record.copied += size;
  return AdoptionStatus.Ok;
}

/** The archive goes on counting transactions where its former owner stopped. */
function completeArchive(store: Store, source: SlotContent): void {
  store.superblock.transactionId = source.transactionId;
  writeStore(store);
}

function writeStore(store: Store): void {
  const superblock = store.superblock;
  superblock.logicalSize = store.live.logicalSize;
  superblock.rootTable = store.live.rootTable;
  superblock.rootBirth = store.live.rootBirth;
  writeSuperblock(store.id, superblock);
}
