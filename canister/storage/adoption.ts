import type { Archive } from '../../catalog/archives/archive';
import { withdrawAdoption } from '../../catalog/archives/purge';
import { referenceTo } from '../../catalog/archives/reference';
import { assertSlot } from '../../catalog/slots/slot-plan';
import {
  type CandidAdoptionProgress,
  type CandidAdoptSlot,
  type CandidSlotContent,
  type CandidVerification,
  optional,
} from '../../src/candid';
import { nativeModule } from '../../src/database';
import { pageCount } from '../service/arguments';
import { messageCaller } from '../service/caller';
import { CanisterError } from '../service/error';
import { authoriseCanister, authorisedArchive, onArchive, onCanister } from '../service/governed';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';
import { running } from '../service/service';
import { openImported, registerImporting } from './importing-archive';

export const adoptionMethods = {
  inspect_slot: inspectSlot,
  verify_slot: verifySlot,
  adopt_slot: adoptSlot,
  db_continue_adoption: continueAdoption,
  db_adoption_progress: adoptionProgress,
  db_cancel_adoption: cancelAdoption,
} satisfies Implementations;

const STORAGE_PAGE = 4_096n;

/** What a slot's memory holds, whoever wrote it. */
function inspectSlot(slot: number): CandidSlotContent {
  authoriseCanister('inspect_slot');
  assertSlot(running().catalog.plan, slot);
  const content = nativeModule().inspectSlot(slot);
  return {
    kind: toVariant(content.kind),
    layout_version: content.layoutVersion,
    adoptable: content.adoptable,
    fault: content.fault === '' ? [] : [content.fault],
    memory_bytes: BigInt(content.memoryBytes),
    image_size: BigInt(content.imageSize),
    page_size: content.pageSize,
    transaction_id: BigInt(content.transactionId),
    checksum: toVariant(content.checksum),
    importing: content.importing,
  };
}

/** Reads and hashes some pages of an adoptable image. */
function verifySlot(
  slot: number,
  [before]: [] | [CandidVerification],
  pageBudget: number,
): CandidVerification {
  authoriseCanister('verify_slot');
  assertSlot(running().catalog.plan, slot);
  if (before !== undefined) assertResumable(slot, before);
  const result = nativeModule().verifySlot(
    slot,
    Number(before?.verified ?? 0n),
    before?.hash,
    pageCount(pageBudget),
  );
  return {
    verified: BigInt(result.verified),
    total: BigInt(result.total),
    hash: result.hash,
    complete: result.complete,
    matches: optional(result.matches),
  };
}

/** Creates an archive of what lies in a slot. */
function adoptSlot(request: CandidAdoptSlot): CandidAdoptionProgress {
  const { id, slot } = request;
  return onCanister('adopt_slot', `slot ${slot} as ${id}`, () => {
    const owner = request.owner[0]?.toText() ?? messageCaller().principal;
    const archive = registerImporting(
      id,
      owner,
      { slot, adopt: true },
      {
        begin: ({ generation }) => nativeModule().beginAdoption(slot, generation),
        undo: () => nativeModule().cancelAdoption(slot),
      },
    );
    return progressOf(archive)[0]!;
  });
}

/** Copies some pages; the last ones put the archive into its slot, and open it. */
function continueAdoption(reference: string, pageBudget: number): CandidAdoptionProgress {
  const archive = authorisedArchive('db_continue_adoption', reference);
  const { copied, total, complete } = nativeModule().continueAdoption(archive.slot, pageCount(pageBudget));
  if (complete) openImported(archive);
  return { archive: referenceTo(archive), copied: BigInt(copied), total: BigInt(total), done: complete };
}

function adoptionProgress(reference: string): [] | [CandidAdoptionProgress] {
  return progressOf(authorisedArchive('db_adoption_progress', reference));
}

/** The slot holds what it held, and is nobody's again. */
function cancelAdoption(reference: string): null {
  return onArchive('db_cancel_adoption', reference, '', (archive) => {
    nativeModule().cancelAdoption(archive.slot);
    withdrawAdoption(running().catalog, archive);
    return null;
  });
}

function progressOf(archive: Archive): [] | [CandidAdoptionProgress] {
  const progress = nativeModule().adoptionProgress();
  if (progress?.memoryId !== archive.slot) return [];
  const { copied, total, complete } = progress;
  return [{ archive: referenceTo(archive), copied: BigInt(copied), total: BigInt(total), done: complete }];
}

/** @throws {CanisterError} INVALID_ARGUMENT for what no call returned */
function assertResumable(slot: number, { verified, hash }: CandidVerification): void {
  const size = BigInt(nativeModule().inspectSlot(slot).imageSize);
  const isPlace = verified === size || (verified < size && verified % STORAGE_PAGE === 0n);
  if (!isPlace || !/^[0-9a-f]{16}$/.test(hash)) {
    throw new CanisterError('INVALID_ARGUMENT', 'pass the verification that the call before returned');
  }
}
