import { Principal } from '@dfinity/principal';
import { seesAccess } from '../../catalog/access/visibility';
import {
  type Archive,
  type ArchiveAccess,
  type Block,
  type Labels,
  stateOf,
} from '../../catalog/archives/archive';
import {
  type CandidArchive,
  type CandidArchiveAccess,
  type CandidArchiveDescription,
  type CandidBlock,
  type CandidLabel,
  optional,
} from '../../src/candid';
import { nativeModule } from '../../src/database';
import { messageCaller } from '../service/caller';
import { authorisedArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';
import { ifReadable } from '../service/readable';
import { running } from '../service/service';
import { limitsToCandid, settingsToCandid } from './settings';

export const descriptionMethods = {
  describe_archive: describeArchive,
} satisfies Implementations;

export function archiveToCandid(archive: Archive): CandidArchive {
  return {
    id: archive.id,
    slot: archive.slot,
    generation: BigInt(archive.generation),
    owner: Principal.fromText(archive.owner),
    created_at: archive.createdAt,
    state: toVariant(stateOf(archive)),
    labels: labelsToCandid(archive.labels),
  };
}

/** Everything about an archive but its rows. */
function describeArchive(reference: string): CandidArchiveDescription {
  const archive = authorisedArchive('describe_archive', reference);
  const { life, slot } = archive;
  const stored = life.state === 'purging' ? undefined : ifReadable(() => nativeModule().describeSlot(slot));
  const progress = stored && ifReadable(() => nativeModule().importStatus(slot));
  return {
    archive: archiveToCandid(archive),
    size: BigInt(stored?.logicalSize ?? 0),
    page_size: stored?.pageSize ?? 0,
    transaction_id: BigInt(stored?.transactionId ?? 0),
    schema_version: stored?.schemaVersion ?? 0,
    import:
      progress === undefined ? [] : [{ received: BigInt(progress.received), total: BigInt(progress.total) }],
    chosen_page_size: archive.pageSize,
    recoverable_until: life.state === 'deleted' ? [life.recoverableUntil] : [],
    damage: life.state === 'damaged' ? [life.reason] : [],
    access: seesAccess(running().catalog, messageCaller(), archive) ? [accessToCandid(archive.access)] : [],
    blocked_reads: blockToCandid(archive.blockedReads),
    blocked_writes: blockToCandid(archive.blockedWrites),
    settings: settingsToCandid(archive.settings),
    limits: limitsToCandid(archive.limits),
  };
}

function labelsToCandid(labels: Labels): CandidLabel[] {
  return Object.entries(labels).map(([key, value]) => ({ key, value }));
}

export function labelsFromCandid(labels: readonly CandidLabel[]): Labels {
  return Object.fromEntries(labels.map(({ key, value }) => [key, value]));
}

function accessToCandid({ writers, readers, publicRead }: ArchiveAccess): CandidArchiveAccess {
  return {
    writers: writers.map((principal) => Principal.fromText(principal)),
    readers: readers.map((principal) => Principal.fromText(principal)),
    public_read: publicRead,
  };
}

function blockToCandid(block: Block | undefined): [] | [CandidBlock] {
  return optional(block && { reason: block.reason, by_controller: block.byController });
}
