import { time } from '../externals/ic0';
import { MAX_IMAGES, nextInState, positionOf, recordAt, writeDirectory } from './image-directory';
import { ImageOrigin, ImageRecord, ImageState } from './image-record';
import { examineRoom, newRecord, recordLive, shareLive } from './snapshot-create';
import { giveUp } from './snapshot-delete';
import { StoreStatus } from './status';
import { Store } from './store';
import { writeSuperblock } from './superblock';

// A pin keeps an image for somebody who reads it over many messages. Its number is the reader's token.

/** In place of a snapshot's number: the live image. */
export const LIVE: u64 = 0;

/**
 * Pins the live image, or a snapshot's, until a time in nanoseconds since 1970 (0: until it is ended). The token is
 * keptImage() then. Refused, with nothing changed: NoImage, ImagesFull, Full.
 */
export function pinImage(slot: Store, id: u64, origin: ImageOrigin, expires: u64): StoreStatus {
  const position = id === LIVE ? MAX_IMAGES : positionOf(slot, id);
  if (id !== LIVE && position === MAX_IMAGES) return StoreStatus.NoImage;
  const status = examineRoom(slot);
  if (status !== StoreStatus.Ok) return status;
  const pin = id === LIVE ? recordLive(slot, ImageState.Pin, origin) : recordAgain(slot, position, origin);
  pin.expires = expires;
  if (id === LIVE) shareLive(slot, pin);
  writeDirectory(slot);
  writeSuperblock(slot.id, slot.superblock);
  return StoreStatus.Ok;
}

/** Ends a pin. Its pages are given back by discardImages. NoImage when there is none of that token. */
export function unpinImage(slot: Store, token: u64): StoreStatus {
  return giveUp(slot, token, ImageState.Pin);
}

/** Whether a token's pin can be read from: Ok, NoImage or PinExpired. */
export function examinePin(slot: Store, token: u64): StoreStatus {
  const position = positionOf(slot, token);
  if (position === MAX_IMAGES || recordAt(slot, position).state !== ImageState.Pin)
    return StoreStatus.NoImage;
  return hasExpired(recordAt(slot, position)) ? StoreStatus.PinExpired : StoreStatus.Ok;
}

/** Gives up the pins whose time is over, in the heap's copy of the directory. True when there were some. */
export function giveUpExpired(slot: Store): bool {
  let found = false;
  let position = nextInState(slot, ImageState.Pin, 0);
  while (position < MAX_IMAGES) {
    const record = recordAt(slot, position);
    if (hasExpired(record)) {
      record.state = <u8>ImageState.Discarding;
      found = true;
    }
    position = nextInState(slot, ImageState.Pin, position + 1);
  }
  return found;
}

function hasExpired(record: ImageRecord): bool {
  return record.expires !== 0 && record.expires <= time();
}

/** A pin of the image that another record has. */
function recordAgain(slot: Store, position: u32, origin: ImageOrigin): ImageRecord {
  const pin = newRecord(slot, ImageState.Pin, origin);
  const image = recordAt(slot, position);
  pin.schemaVersion = image.schemaVersion;
  pin.epoch = image.epoch;
  pin.rootBirth = image.rootBirth;
  pin.rootTable = image.rootTable;
  pin.sqlitePageSize = image.sqlitePageSize;
  pin.logicalSize = image.logicalSize;
  pin.transactionId = image.transactionId;
  pin.checksumKnown = image.checksumKnown;
  pin.checksum = image.checksum;
  return pin;
}
