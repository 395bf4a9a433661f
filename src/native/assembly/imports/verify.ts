import { beginBudget, isSpent } from '../engine/instruction-budget';
import { sha256Begin } from '../hash/sha256';
import { enterImport, failImport } from '../pages/import';
import { examineHeader } from '../pages/import-finish';
import { ImportPhase, imageHash, importRecord, writeRecord } from '../pages/import-record';
import { StoreStatus } from '../pages/status';
import { Store } from '../pages/store';

import { checkImage } from './check';
import { hashImage, hashMatches } from './hash-image';

// What happens to an image between its last chunk and the switch: its header is examined, its bytes are hashed, SQLite
// checks it. Each call does as much as its budget allows and leaves the rest to the next, which may come after an upgrade.

/**
 * Goes on with verifying an import, for about `budget` instructions. How far it has come is in the record's phase. An image
 * that does not pass is refused with its status, here and whenever it is asked for again.
 */
export function verifyImport(slot: Store, session: u64, budget: u64): StoreStatus {
  beginBudget(budget);
  const status = enterImport(slot, session);
  if (status !== StoreStatus.Ok) return status;
  const phaseBefore = importRecord().phase;
  if (phaseBefore === ImportPhase.Receiving) {
    const refusal = closeReceiving(slot);
    if (refusal !== StoreStatus.Ok) return refusal;
  }
  if (importRecord().phase === ImportPhase.Hashing) {
    const refusal = hash(slot);
    if (refusal !== StoreStatus.Ok) return refusal;
  }
  if (importRecord().phase === ImportPhase.Checking && !isSpent()) {
    const outcome = checkImage(slot, phaseBefore === ImportPhase.Checking, budget);
    if (outcome === StoreStatus.ImportCorrupt) return failImport(slot, outcome);
    if (outcome !== StoreStatus.Ok) return outcome;
  }
  writeRecord(slot);
  return StoreStatus.Ok;
}

function closeReceiving(slot: Store): StoreStatus {
  const superblock = slot.superblock;
  if (superblock.stagingReceived < superblock.stagingSize) return StoreStatus.ImportIncomplete;
  const status = examineHeader(slot);
  if (status === StoreStatus.DamagedPage) return status;
  if (status !== StoreStatus.Ok) return failImport(slot, status);
  const record = importRecord();
  record.phase = record.hasDigest !== 0 ? ImportPhase.Hashing : ImportPhase.Checking;
  sha256Begin(imageHash());
  return StoreStatus.Ok;
}

function hash(slot: Store): StoreStatus {
  if (!hashImage(slot)) return StoreStatus.DamagedPage;
  const record = importRecord();
  if (record.hashed < slot.superblock.stagingSize) return StoreStatus.Ok;
  if (!hashMatches()) return failImport(slot, StoreStatus.ImportHash);
  record.phase = ImportPhase.Checking;
  return StoreStatus.Ok;
}
