import { Principal } from '@dfinity/principal';
import { visibleArchives } from '../../catalog/access/visibility';
import type { Archive } from '../../catalog/archives/archive';
import type { CandidArchive, CandidArchiveDescription } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { messageCaller } from '../service/caller';
import { authorisedArchive, onCanister } from '../service/governed';
import { running } from '../service/service';

/** More buckets than a slot that was formatted just now can own. */
const ALL_BUCKETS = 32_768;

/**
 * Allocates the lowest free slot and formats it. Controllers only.
 *
 * @param owner textual principal; the caller when absent
 */
export function createArchive(id: string, owner: string | undefined, createdAt: bigint): CandidArchive {
  const holder = owner ?? messageCaller().principal;
  return onCanister('create_archive', `${id} for ${holder}`, () => addArchive(id, holder, createdAt));
}

function addArchive(id: string, owner: string, createdAt: bigint): CandidArchive {
  const { catalog, handles } = running();
  const archive = catalog.propose(id, owner, createdAt);
  handles.create(archive.slot, archive.generation);
  try {
    catalog.add(archive);
  } catch (error) {
    // The refusal is answered, not trapped, so the slot has to be as it was: the record's memory may be refused as well.
    handles.close(archive.slot);
    nativeModule().purgeSlot(archive.slot, ALL_BUCKETS);
    throw error;
  }
  return toCandid(archive);
}

export function listArchives(): CandidArchive[] {
  return visibleArchives(running().catalog, messageCaller()).map(toCandid);
}

export function describeArchive(id: string): CandidArchiveDescription {
  const archive = authorisedArchive('describe_archive', id);
  const slot = nativeModule().describeSlot(archive.slot);
  const progress = nativeModule().importStatus(archive.slot);
  return {
    archive: toCandid(archive),
    size: BigInt(slot?.logicalSize ?? 0),
    page_size: slot?.pageSize ?? 0,
    transaction_id: BigInt(slot?.transactionId ?? 0),
    schema_version: slot?.schemaVersion ?? 0,
    import:
      progress === undefined ? [] : [{ received: BigInt(progress.received), total: BigInt(progress.total) }],
  };
}

function toCandid(archive: Archive): CandidArchive {
  return {
    id: archive.id,
    slot: archive.slot,
    generation: BigInt(archive.generation),
    owner: Principal.fromText(archive.owner),
    created_at: archive.createdAt,
  };
}
