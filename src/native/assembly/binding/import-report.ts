// What TypeScript is told about an import: how far it is, and what is missing.

import { HostPointer } from '../externals/addresses';
import { MISSING_RANGES } from '../externals/cold-places';
import { JS_NewObject, JSContext, JSValue } from '../externals/quickjs';
import { MemoryId } from '../memory/layout';
import { findMissing, missingEnd, missingStart } from '../pages/import-missing';
import { CheckPosition, ImportPhase, importRecord, readRecord } from '../pages/import-record';
import { PAGE_SIZE } from '../pages/layout';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { StagingState } from '../pages/superblock';
import { defineValue } from '../quickjs/objects';
import { arrayOf } from '../quickjs/shapes';
import { literalValue } from '../quickjs/text';
import { EXCEPTION, UNDEFINED, VALUE_SIZE } from '../quickjs/values';
import { defineNumber, slotArgument } from './archive-functions';
import { integerArgument, REFUSED, sizeArgument } from './arguments';
import { importStatusCode } from './import-status';
import { requireStore, statusText, throwStatus } from './slots';

/** Ranges that one call lists at most, and image bytes that it looks through: a gibibyte costs some 75 million instructions. */
const MOST_RANGES: i64 = 500;
const SCANNED_BYTES: u64 = 262_144 * <u64>PAGE_SIZE;
const NANOSECONDS_PER_MILLISECOND: u64 = 1_000_000;

const listed: HostPointer = MISSING_RANGES;

export function importStatus(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const id = slotArgument(context, argumentsPointer, 0);
  if (id === REFUSED) return EXCEPTION;
  const slot = requireStore(context, <MemoryId>id);
  if (slot === null) return EXCEPTION;
  if (!isUnderWay(slot)) return UNDEFINED;
  if (!readRecord(slot)) return throwStatus(context, <MemoryId>id, StoreStatus.Damaged);
  return statusValue(context, slot);
}

/** The import whose record is in use. */
export function statusValue(context: JSContext, slot: Store): JSValue {
  const record = importRecord();
  const superblock = slot.superblock;
  const refused = superblock.stagingState === StagingState.Failed;
  const status = JS_NewObject(context);
  defineNumber(context, status, 'session', record.session);
  defineValue(context, status, 'phase', literalValue(context, refused ? 'refused' : phaseName(record.phase)));
  defineNumber(context, status, 'total', record.totalSize);
  defineNumber(context, status, 'received', superblock.stagingReceived);
  defineNumber(context, status, 'hashed', record.hashed);
  defineValue(context, status, 'check', literalValue(context, checkName(record.checkPosition)));
  defineNumber(context, status, 'checkedInPart', record.checkedInPart);
  defineNumber(context, status, 'began', superblock.stagingTime / NANOSECONDS_PER_MILLISECOND);
  const expires = record.lastActivity + record.idleLimit;
  defineNumber(context, status, 'expires', expires / NANOSECONDS_PER_MILLISECOND);
  if (refused) {
    defineValue(context, status, 'code', literalValue(context, importStatusCode(record.failure)));
    defineValue(context, status, 'reason', statusText(context, slot.id, record.failure));
  }
  return status;
}

function phaseName(phase: ImportPhase): string {
  switch (phase) {
    case ImportPhase.Receiving:
      return 'receiving';
    case ImportPhase.Hashing:
      return 'hashing';
    case ImportPhase.Checking:
      return 'checking';
    default:
      return 'verified';
  }
}

function checkName(position: CheckPosition): string {
  switch (position) {
    case CheckPosition.Whole:
      return 'whole';
    case CheckPosition.Trees:
      return 'trees';
    default:
      return 'tables';
  }
}

export function missingImportRanges(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const argument = slotArgument(context, argumentsPointer, 0);
  if (argument === REFUSED) return EXCEPTION;
  const id = <MemoryId>argument;
  const session = sizeArgument(context, argumentsPointer, 1, 'session');
  if (session === REFUSED) return EXCEPTION;
  const from = sizeArgument(context, argumentsPointer, 2, 'from');
  if (from === REFUSED) return EXCEPTION;
  const most = integerArgument(context, argumentsPointer, 3, 'limit', MOST_RANGES);
  if (most === REFUSED) return EXCEPTION;
  const slot = requireStore(context, id);
  if (slot === null) return EXCEPTION;
  if (slot.superblock.stagingState !== StagingState.Receiving) {
    return throwStatus(context, id, StoreStatus.NoImport);
  }
  if (!readRecord(slot)) return throwStatus(context, id, StoreStatus.Damaged);
  if (importRecord().session !== <u64>session) return throwStatus(context, id, StoreStatus.ImportSession);
  if (<u64>from > slot.superblock.stagingSize) return throwStatus(context, id, StoreStatus.OutOfBounds);
  return rangesFrom(context, slot, from, <u32>most);
}

function rangesFrom(context: JSContext, slot: Store, from: u64, most: u32): JSValue {
  const limit = min(slot.superblock.stagingSize, from + SCANNED_BYTES);
  let position = from;
  let count: u32 = 0;
  while (position < limit && count < most) {
    findMissing(slot, position, limit);
    position = missingEnd();
    if (missingStart() === position) break;
    store<u64>(listed + count++ * VALUE_SIZE, rangeValue(context));
  }
  const result = JS_NewObject(context);
  defineValue(context, result, 'ranges', arrayOf(context, listed, count));
  if (position < slot.superblock.stagingSize) defineNumber(context, result, 'next', position);
  return result;
}

function rangeValue(context: JSContext): JSValue {
  const range = JS_NewObject(context);
  defineNumber(context, range, 'offset', missingStart());
  defineNumber(context, range, 'length', missingEnd() - missingStart());
  return range;
}

function isUnderWay(slot: Store): bool {
  const state = slot.superblock.stagingState;
  return state === StagingState.Receiving || state === StagingState.Failed;
}
