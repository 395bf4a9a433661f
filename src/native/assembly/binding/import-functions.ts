// Module functions on staged imports: begin, chunks, verification, the switch, and giving up.

import { HostPointer } from '../externals/addresses';
import { JS_FreeCString, JSContext, JSValue } from '../externals/quickjs';
import { SHA256_LENGTH } from '../hash/sha256';
import { verifyImport as verify } from '../imports/verify';
import { beginImport as begin, cancelImport as cancel, expireImport, NO_DIGEST } from '../pages/import';
import {
  clearStaging,
  discardStaging,
  isDiscardingStaging,
  switchImportKeeping,
  switchImport as switchIn,
} from '../pages/import-finish';
import { writeImport } from '../pages/import-receive';
import { importRecord } from '../pages/import-record';
import { keptImage } from '../pages/snapshot-create';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { xxh64 } from '../pages/xxh64';
import { throwRangeError, throwTypeError } from '../quickjs/errors';
import { defineMethod } from '../quickjs/objects';
import { borrowedLength, borrowText } from '../quickjs/text';
import {
  argumentAt,
  EXCEPTION,
  fromBool,
  fromF64,
  TAG_STRING,
  TAG_UNDEFINED,
  tagOf,
} from '../quickjs/values';
import { integerArgument, lengthArgument, REFUSED, sizeArgument } from './arguments';
import { checksumArgument } from './checksum-argument';
import { chunkLength, chunkStart, returnChunk, takeChunk } from './chunk-argument';
import { parsedHex } from './hexadecimal';
import { settle, takeSlot } from './image-arguments';
import { importStatus, missingImportRanges, statusValue } from './import-report';

/** Pages of an unwanted image that one call gives back: 64 MiB of it. */
const DISCARD_BUDGET: u32 = 16384;
const NANOSECONDS_PER_SECOND: u64 = 1_000_000_000;
/** A year. */
const LONGEST_IDLE_SECONDS: i64 = 31_536_000;

export function defineImportFunctions(context: JSContext, module: JSValue): void {
  defineMethod(context, module, 'beginImport', beginImport.index, 4);
  defineMethod(context, module, 'writeImportChunk', writeImportChunk.index, 5);
  defineMethod(context, module, 'importStatus', importStatus.index, 1);
  defineMethod(context, module, 'missingImportRanges', missingImportRanges.index, 4);
  defineMethod(context, module, 'verifyImport', verifyImport.index, 3);
  defineMethod(context, module, 'switchImport', switchImport.index, 3);
  defineMethod(context, module, 'cancelImport', cancelImport.index, 2);
  defineMethod(context, module, 'reclaimImport', reclaimImport.index, 2);
}

// The arguments that most of these functions begin with, taken one after the other.
let slot: Store | null = null;
let session: u64 = 0;

/** Takes the slot and a session of it; false when it threw. */
function takeSession(context: JSContext, argumentsPointer: HostPointer): bool {
  slot = takeSlot(context, argumentsPointer);
  if (slot === null) return false;
  const number = sizeArgument(context, argumentsPointer, 1, 'session');
  if (number === REFUSED) return false;
  session = number;
  return true;
}

function beginImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const size = sizeArgument(context, argumentsPointer, 1, 'totalSize');
  if (size === REFUSED) return EXCEPTION;
  const idle = integerArgument(context, argumentsPointer, 2, 'idleSeconds', LONGEST_IDLE_SECONDS);
  if (idle === REFUSED) return EXCEPTION;
  const idleLimit = <u64>idle * NANOSECONDS_PER_SECOND;
  // What is left of an earlier import goes first.
  if (tagOf(argumentAt(argumentsPointer, 3)) === TAG_UNDEFINED) {
    clearStaging(slot, DISCARD_BUDGET);
    return sessionOf(context, begin(slot, size, NO_DIGEST, idleLimit));
  }
  if (!takeChunk(context, argumentAt(argumentsPointer, 3), 'sha256')) return EXCEPTION;
  if (chunkLength() !== SHA256_LENGTH) {
    returnChunk(context);
    return throwRangeError(context, 'sha256 must have 32 bytes');
  }
  clearStaging(slot, DISCARD_BUDGET);
  const status = begin(slot, size, chunkStart(), idleLimit);
  returnChunk(context);
  return sessionOf(context, status);
}

function sessionOf(context: JSContext, status: StoreStatus): JSValue {
  return status === StoreStatus.Ok ? fromF64(<f64>importRecord().session) : settle(context, status);
}

function writeImportChunk(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takeSession(context, argumentsPointer)) return EXCEPTION;
  const offset = sizeArgument(context, argumentsPointer, 2, 'offset');
  if (offset === REFUSED) return EXCEPTION;
  const checked = tagOf(argumentAt(argumentsPointer, 4)) !== TAG_UNDEFINED;
  if (checked && !checksumArgument(context, argumentAt(argumentsPointer, 4))) return EXCEPTION;
  if (!takeChunk(context, argumentAt(argumentsPointer, 3), 'chunk')) return EXCEPTION;
  const source = chunkStart();
  const length = chunkLength();
  const status =
    checked && xxh64(source, length, 0) !== parsedHex()
      ? StoreStatus.ImportChecksum
      : writeImport(slot!, session, offset, source, length);
  returnChunk(context);
  return settle(context, status);
}

function verifyImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takeSession(context, argumentsPointer)) return EXCEPTION;
  const budget = sizeArgument(context, argumentsPointer, 2, 'instructionBudget');
  if (budget === REFUSED) return EXCEPTION;
  const status = verify(slot!, session, budget);
  return status === StoreStatus.Ok ? statusValue(context, slot!) : settle(context, status);
}

function switchImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takeSession(context, argumentsPointer)) return EXCEPTION;
  const keepAs = argumentAt(argumentsPointer, 2);
  if (tagOf(keepAs) !== TAG_UNDEFINED) return switchKeeping(context, keepAs);
  const status = switchIn(slot!, session);
  if (status === StoreStatus.Ok) discardStaging(slot!, DISCARD_BUDGET);
  return settle(context, status);
}

function switchKeeping(context: JSContext, keepAs: JSValue): JSValue {
  if (tagOf(keepAs) !== TAG_STRING) return throwTypeError(context, 'keepAs must be a string');
  const name = borrowText(context, keepAs);
  if (name === 0) return EXCEPTION;
  const status = switchImportKeeping(slot!, session, name, borrowedLength());
  JS_FreeCString(context, name);
  return status === StoreStatus.Ok ? fromF64(<f64>keptImage()) : settle(context, status);
}

function cancelImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  if (!takeSession(context, argumentsPointer)) return EXCEPTION;
  const status = cancel(slot!, session);
  if (status === StoreStatus.Ok) discardStaging(slot!, DISCARD_BUDGET);
  return settle(context, status);
}

/** True when nothing is left to give back. */
function reclaimImport(
  context: JSContext,
  _self: JSValue,
  _count: i32,
  argumentsPointer: HostPointer,
): JSValue {
  const slot = takeSlot(context, argumentsPointer);
  if (slot === null) return EXCEPTION;
  const budget = lengthArgument(context, argumentsPointer, 1, 'pageBudget');
  if (budget === REFUSED) return EXCEPTION;
  expireImport(slot);
  const status = discardStaging(slot, <u32>budget);
  return status === StoreStatus.Ok ? fromBool(!isDiscardingStaging(slot)) : settle(context, status);
}
