import { time } from '../externals/ic0';
import { Damage, damage, forgetDamage, noteLostPage } from './damage';
import { forgetTables } from './image';
import { MAX_IMAGES, positionOf, recordAt } from './image-directory';
import { ImageOrigin, ImageRecord, ImageState } from './image-record';
import { startDiscarding, writeStaging } from './import';
import {
  FANOUT,
  FANOUT_SHIFT,
  Level,
  LogicalPage,
  PAGE_SHIFT,
  PAGE_SIZE,
  PhysicalPage,
  pagesOf,
} from './layout';
import { writeImagePage } from './map-write';
import { pageBuffer } from './page-buffers';
import { readDataPage } from './page-checksum';
import { childOf, DAMAGED_PAGE, pageAt } from './page-map';
import { pinImage, unpinImage } from './pin';
import { publishLive } from './publish';
import { reservePages, TABLES_PER_PAGE } from './reserve';
import { keptImage } from './snapshot-create';
import { StoreStatus } from './status';
import { beginStep, endsStep } from './step-end';
import { Store } from './store';
import { openStore, storeAt } from './stores';
import { StagingState } from './superblock';

// A fork copies an image into the slot of a new archive, some pages a message. The source is pinned meanwhile, so that its
// archive is written as ever; the copy grows as the staging image and becomes the live one at the end. What is needed to
// go on lies in the new slot's superblock.

/**
 * Begins to copy a snapshot, or the live image, into a slot that was formatted and never written. Refused, with nothing
 * changed: NotEmpty, NoImage, ImagesFull, Full.
 */
export function beginFork(source: Store, id: u64, target: Store): StoreStatus {
  const superblock = target.superblock;
  if (superblock.transactionId !== 0 || superblock.stagingState !== StagingState.None)
    return StoreStatus.NotEmpty;
  if (target.openFiles > 0) return StoreStatus.Busy;
  const status = pinImage(source, id, ImageOrigin.Fork, 0);
  if (status !== StoreStatus.Ok) return status;
  const pin = recordAt(source, positionOf(source, keptImage()));
  superblock.stagingState = StagingState.Copying;
  superblock.stagingSize = pin.logicalSize;
  superblock.stagingReceived = 0;
  superblock.stagingTime = time();
  superblock.forkSource = source.id;
  superblock.forkPin = pin.id;
  superblock.forkGeneration = source.superblock.generation;
  target.staging.logicalSize = pin.logicalSize;
  writeStaging(target);
  return StoreStatus.Ok;
}

/**
 * Copies at most `budget` pages, fewer where the step ends before; what the image leaves out costs nothing. The copy is the live image once {@link isForking}
 * says no. Refused, with nothing changed: NoFork, ForkSourceGone, Full.
 * DamagedPage where the source's next page is damaged or lost; what was copied before it is kept.
 */
export function continueFork(target: Store, budget: u32): StoreStatus {
  if (!isForking(target)) return StoreStatus.NoFork;
  const source = sourceOf(target);
  if (source === null) return StoreStatus.ForkSourceGone;
  const pin = pinOf(source, target);
  if (pin === null) return StoreStatus.ForkSourceGone;
  const end = pagesOf(pin.logicalSize);
  forgetDamage();
  const from = <LogicalPage>(target.superblock.stagingReceived >> PAGE_SHIFT);
  const pages = min(budget, end - from);
  const room = reservePages(target, pages + (pages / FANOUT + 2) * TABLES_PER_PAGE);
  if (room !== StoreStatus.Ok) return room;
  beginStep();
  const next = copyPages(source, pin, target, from, end, budget);
  target.superblock.stagingReceived = min((<u64>next) << PAGE_SHIFT, pin.logicalSize);
  if (next < end) writeStaging(target);
  else finishFork(source, pin, target);
  return damage() === Damage.None ? StoreStatus.Ok : StoreStatus.DamagedPage;
}

/** Gives a fork up. The pages are given back by discardStaging here, and by discardImages in the source. */
export function cancelFork(target: Store): StoreStatus {
  if (!isForking(target)) return StoreStatus.NoFork;
  const source = sourceOf(target);
  if (source !== null && pinOf(source, target) !== null) unpinImage(source, target.superblock.forkPin);
  startDiscarding(target);
  forgetSource(target);
  writeStaging(target);
  return StoreStatus.Ok;
}

export function isForking(target: Store): bool {
  return target.superblock.stagingState === StagingState.Copying;
}

/** The archive that is being copied, or null when it is gone. */
function sourceOf(target: Store): Store | null {
  const id = target.superblock.forkSource;
  if (openStore(id) !== StoreStatus.Ok) return null;
  const source = storeAt(id)!;
  return source.superblock.generation === target.superblock.forkGeneration ? source : null;
}

function pinOf(source: Store, target: Store): ImageRecord | null {
  const position = positionOf(source, target.superblock.forkPin);
  if (position === MAX_IMAGES) return null;
  const pin = recordAt(source, position);
  return pin.state === ImageState.Pin && pin.origin === ImageOrigin.Fork ? pin : null;
}

/** Copies from one logical page on and returns the one to go on with, which may be a damaged one. */
function copyPages(
  source: Store,
  pin: ImageRecord,
  target: Store,
  from: LogicalPage,
  end: LogicalPage,
  budget: u32,
): LogicalPage {
  let logical = from;
  let left = budget;
  while (logical < end && left > 0) {
    const table = pageAt(source, pin.rootTable, Level.Segment, logical >> FANOUT_SHIFT);
    const segmentEnd = min(end, ((logical >> FANOUT_SHIFT) + 1) << FANOUT_SHIFT);
    if (table === 0) {
      logical = segmentEnd;
      left--;
    }
    for (; logical < segmentEnd && left > 0; left--) {
      if (!copyPage(source, table, target, logical)) return logical;
      logical++;
      if (endsStep(logical - from)) return logical;
    }
  }
  return logical;
}

function copyPage(source: Store, table: PhysicalPage, target: Store, logical: LogicalPage): bool {
  const page = childOf(source, table, logical & (FANOUT - 1));
  if (page === 0) return true;
  if (page === DAMAGED_PAGE) return noteLostPage(source, logical);
  if (!readDataPage(source, logical, page, 0, pageBuffer, PAGE_SIZE)) return false;
  writeImagePage(target, target.staging, logical, pageBuffer);
  return true;
}

function finishFork(source: Store, pin: ImageRecord, target: Store): void {
  const superblock = target.superblock;
  const copied = target.staging;
  target.live.logicalSize = pin.logicalSize;
  target.live.rootTable = copied.rootTable;
  target.live.rootBirth = copied.rootBirth;
  copied.logicalSize = 0;
  copied.rootTable = 0;
  copied.rootBirth = 0;
  superblock.sqlitePageSize = pin.sqlitePageSize;
  superblock.schemaVersion = pin.schemaVersion;
  superblock.stagingState = StagingState.None;
  superblock.stagingRoot = 0;
  superblock.stagingRootBirth = 0;
  superblock.stagingSize = 0;
  superblock.stagingReceived = 0;
  superblock.stagingTime = 0;
  forgetTables(copied);
  forgetSource(target);
  publishLive(target);
  unpinImage(source, pin.id);
}

function forgetSource(target: Store): void {
  target.superblock.forkSource = 0;
  target.superblock.forkPin = 0;
  target.superblock.forkGeneration = 0;
}
