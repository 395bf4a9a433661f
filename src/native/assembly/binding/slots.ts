// The slots' page stores as the binding uses them, and what a refusal is called.

import { JSContext, JSValue } from '../externals/quickjs';
import { chargeMemoryTo } from '../heap/heaps';
import { MemoryId } from '../memory/layout';
import { failureText, importRecord } from '../pages/import-record';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';
import { openStore, storeAt } from '../pages/stores';
import { throwCodedMessage } from '../quickjs/errors';
import { beginMessage, endMessage, putBytes, putInteger, putLiteral } from '../quickjs/message';
import { cStringValue } from '../quickjs/text';
import { beginDamagedImageMessage, beginDamageMessage } from './damage-message';
import { imageStatusCode, imageStatusMessage } from './image-status';
import { importStatusCode, importStatusMessage } from './import-status';
import { beginLimitMessage, takeExcessCode } from './limit-message';
import { beginMemoryMessage, memoryCode } from './memory-message';

const DAMAGED_MESSAGE = 'its archive is damaged; nothing was changed';
/** The slot's page store, opened if need be, to which memory is charged; null when it threw. */
export function requireStore(context: JSContext, id: MemoryId): Store | null {
  chargeMemoryTo(id);
  const status = openStore(id);
  if (status === StoreStatus.Ok) return storeAt(id);
  throwStatus(context, id, status);
  return null;
}

/** Throws the error of a refusal. */
export function throwStatus(context: JSContext, id: MemoryId, status: StoreStatus): JSValue {
  const excess = status === StoreStatus.Full ? takeExcessCode() : '';
  if (excess.length > 0) {
    beginLimitMessage(excess);
    return throwCodedMessage(context, excess);
  }
  if (status === StoreStatus.NoMemory && memoryCode().length > 0) {
    beginMemoryMessage();
    return throwCodedMessage(context, memoryCode());
  }
  beginStatusText(id, status);
  return throwCodedMessage(context, statusCode(status));
}

/** The message of that error. */
export function statusText(context: JSContext, id: MemoryId, status: StoreStatus): JSValue {
  beginStatusText(id, status);
  return cStringValue(context, endMessage());
}

function beginStatusText(id: MemoryId, status: StoreStatus): void {
  beginMessage();
  putLiteral('Slot ');
  putInteger(id);
  putLiteral(': ');
  if (status === StoreStatus.DamagedPage) beginDamageMessage();
  else if (status === StoreStatus.DamagedImage) beginDamagedImageMessage();
  else putLiteral(statusMessage(status));
  // The record in use is that of the import which was refused.
  if (status === StoreStatus.ImportCorrupt) putBytes(failureText(), importRecord().textLength);
}

function otherCode(status: StoreStatus): string {
  const importCode = importStatusCode(status);
  if (importCode.length > 0) return importCode;
  const imageCode = imageStatusCode(status);
  return imageCode.length > 0 ? imageCode : 'SLOT_DAMAGED';
}

function statusCode(status: StoreStatus): string {
  switch (status) {
    case StoreStatus.Empty:
      return 'SLOT_EMPTY';
    case StoreStatus.Foreign:
      return 'SLOT_FOREIGN';
    case StoreStatus.UnsupportedVersion:
      return 'SLOT_VERSION';
    case StoreStatus.NotEmpty:
      return 'SLOT_NOT_EMPTY';
    case StoreStatus.Full:
      return 'STABLE_MEMORY_FULL';
    case StoreStatus.NoMemory:
      return 'HEAP_FULL';
    case StoreStatus.Busy:
      return 'SLOT_BUSY';
    case StoreStatus.OutOfBounds:
      return 'OUT_OF_BOUNDS';
    case StoreStatus.Purging:
      return 'SLOT_PURGING';
    default:
      return otherCode(status);
  }
}

function statusMessage(status: StoreStatus): string {
  switch (status) {
    case StoreStatus.Empty:
      return 'it holds no archive; open it with create: true to begin one, or import a backup';
    case StoreStatus.Foreign:
      return 'it holds bytes that are no archive; they are untouched';
    case StoreStatus.UnsupportedVersion:
      return 'its archive has a layout that this version cannot read; upgrade the canister';
    case StoreStatus.NotEmpty:
      return 'it holds something already';
    case StoreStatus.Full:
      return 'stable memory has no room left; nothing was changed';
    case StoreStatus.NoMemory:
      return 'Wasm memory has no room left; nothing was changed';
    case StoreStatus.Busy:
      return 'the archive is open; close it first';
    case StoreStatus.OutOfBounds:
      return 'the offset or length lies outside of the image';
    case StoreStatus.Purging:
      return 'its archive is being purged';
    default:
      return otherMessage(status);
  }
}

function otherMessage(status: StoreStatus): string {
  if (importStatusCode(status).length > 0) return importStatusMessage(status);
  const imageMessage = imageStatusMessage(status);
  return imageMessage.length > 0 ? imageMessage : DAMAGED_MESSAGE;
}
