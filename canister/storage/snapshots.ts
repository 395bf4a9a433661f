import type { Archive } from '../../catalog/archives/archive';
import { codeOf } from '../../catalog/error';
import {
  type CandidReclaim,
  type CandidReplacement,
  type CandidRestoreSnapshot,
  type CandidSnapshot,
  type CandidSnapshotMeasure,
  type CandidSnapshotOrigin,
  optional,
} from '../../src/candid';
import { nativeModule } from '../../src/database';
import type { KeptImage } from '../../src/native/interface';
import { nanoseconds, wholeNumber } from '../service/arguments';
import { CanisterError } from '../service/error';
import { authorisedArchive, onArchive } from '../service/governed';
import { limitSlotOf } from '../service/limits';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';
import { running } from '../service/service';
import { reclaimSome } from './reclaim';
import { assertSize, describeReplacement } from './replacement';

export const snapshotsMethods = {
  db_create_snapshot: createSnapshot,
  db_list_snapshots: listSnapshots,
  db_measure_snapshot: measureSnapshot,
  db_restore_snapshot: restoreSnapshot,
  db_delete_snapshot: deleteSnapshot,
} satisfies Implementations;

const STORAGE_PAGE = 4_096;
/** Segments of 1 MiB that a list measures of each snapshot: those of an archive of 1 GiB. */
const LISTED_SEGMENTS = 1_024;
/** Those of the largest archive. */
const MOST_SEGMENTS = 65_536;

/** @throws {CanisterError} SNAPSHOT_NONE */
export function snapshotNamed({ id, slot }: Archive, name: string): KeptImage {
  const snapshot = nativeModule()
    .listSnapshots(slot)
    .find((image) => image.name === name);
  if (snapshot === undefined) {
    throw new CanisterError(
      'SNAPSHOT_NONE',
      `the archive '${id}' has no snapshot '${name}': list its snapshots`,
    );
  }
  return snapshot;
}

function createSnapshot(reference: string, name: string): CandidSnapshot {
  return onArchive('db_create_snapshot', reference, name, (archive) => {
    // Room that expired exports take.
    reclaimSome(archive.slot);
    limitSlotOf(archive);
    nativeModule().createSnapshot(archive.slot, name);
    return toCandid(archive.slot, snapshotNamed(archive, name));
  });
}

/** Snapshots, the oldest first. */
function listSnapshots(reference: string): CandidSnapshot[] {
  const { slot } = authorisedArchive('db_list_snapshots', reference);
  return nativeModule()
    .listSnapshots(slot)
    .sort((a, b) => a.id - b.id)
    .map((snapshot) => toCandid(slot, snapshot));
}

function measureSnapshot(
  reference: string,
  name: string,
  from: number,
  segments: number,
): CandidSnapshotMeasure {
  const archive = authorisedArchive('db_measure_snapshot', reference);
  const { id } = snapshotNamed(archive, name);
  const measure = nativeModule().measureImage(
    archive.slot,
    id,
    wholeNumber('from', from, 0, MOST_SEGMENTS),
    wholeNumber('segments', segments, 1, MOST_SEGMENTS),
  );
  return { bytes: BigInt(measure.pages) * BigInt(STORAGE_PAGE), next: optional(measure.nextSegment) };
}

/** Makes a snapshot's image the live one, and keeps the replaced one as a snapshot, so that restoring that undoes it. */
function restoreSnapshot(request: CandidRestoreSnapshot): CandidReplacement {
  return onArchive('db_restore_snapshot', request.archive, request.snapshot, (archive) => {
    const { slot } = archive;
    const snapshot = snapshotNamed(archive, request.snapshot);
    assertSize(archive, snapshot.logicalSize);
    const keepAs = request.keep_as[0] ?? freeName(slot, 'before-restore');
    running().handles.close(slot);
    nativeModule().restoreSnapshot(slot, snapshot.id, keepAs);
    return describeReplacement(slot, keepAs);
  });
}

function deleteSnapshot(reference: string, name: string): CandidReclaim {
  return onArchive('db_delete_snapshot', reference, name, (archive) => {
    nativeModule().deleteSnapshot(archive.slot, snapshotNamed(archive, name).id);
    return { done: reclaimSome(archive.slot) };
  });
}

/** A name for the live image that no snapshot of the slot has: `<occasion>-<transaction>`, with a number if need be. */
export function freeName(slot: number, occasion: string): string {
  const taken = new Set(
    nativeModule()
      .listSnapshots(slot)
      .map(({ name }) => name),
  );
  const base = `${occasion}-${nativeModule().describeSlot(slot)?.transactionId ?? 0}`;
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
  return name;
}

function toCandid(slot: number, image: KeptImage): CandidSnapshot {
  return {
    name: image.name ?? '',
    origin: toVariant(image.origin) as CandidSnapshotOrigin,
    size: BigInt(image.logicalSize),
    page_size: image.pageSize,
    transaction_id: BigInt(image.transactionId),
    created_at: nanoseconds(image.createdAt),
    checksum: optional(image.checksum),
    held_bytes: optional(heldBytes(slot, image)),
  };
}

/** Undefined for a snapshot that takes more than one call to measure, or whose map is damaged: it is listed all the same. */
function heldBytes(slot: number, { id }: KeptImage): bigint | undefined {
  try {
    const { pages, nextSegment } = nativeModule().measureImage(slot, id, 0, LISTED_SEGMENTS);
    return nextSegment === undefined ? BigInt(pages) * BigInt(STORAGE_PAGE) : undefined;
  } catch (error) {
    if (codeOf(error) === 'SLOT_DAMAGED') return undefined;
    throw error;
  }
}
