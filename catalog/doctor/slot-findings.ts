import type { Archive } from '../archives/archive';
import { recoveryIsOver } from '../archives/life';
import { referenceTo } from '../archives/reference';
import type { SlotEntry } from '../slots/slot-entry';
import type { DiagnosticCode, Finding, Severity } from './finding';
import type { Observation, ObservedMemory, SlotContent } from './observation';

/** A part of the size limit from which an operator should know. */
const NEARLY_FULL = 0.9;

/** What is wrong with a slot, going by its entry and by what lies in its memory. */
export function slotFindings(entry: SlotEntry, observation: Observation): Finding[] {
  const content = observation.contents.get(entry.slot);
  switch (entry.kind) {
    case 'free':
    case 'reserved':
      return content === undefined ? [] : [strayContent(entry.slot, content)];
    case 'damaged':
      return [
        finding(
          'SLOT_RECORD_DAMAGED',
          'error',
          entry.slot,
          `${entry.reason}: create an archive that claims the slot to keep its data, or clear it`,
        ),
      ];
    case 'clearing':
      return [
        finding(
          'PURGE_DUE',
          'notice',
          entry.slot,
          'the slot is being cleared: clear it again until it is free',
        ),
      ];
    case 'archive':
      return archiveFindings(entry.archive, content, observation);
  }
}

function strayContent(slot: number, content: SlotContent): Finding {
  switch (content.kind) {
    case 'archive':
      return finding(
        'SLOT_MEMORY_ORPHANED',
        'error',
        slot,
        `the memory holds an archive of generation ${content.generation} that the catalog does not know: create an archive that claims the slot`,
      );
    case 'adoptable':
      return finding(
        'SLOT_MEMORY_ADOPTABLE',
        'notice',
        slot,
        `the memory holds ${content.layout}: adopt it under an id`,
      );
    case 'damaged':
      return finding('SLOT_MEMORY_DAMAGED', 'error', slot, `${content.reason}: nothing is allocated there`);
    case 'foreign':
      return finding(
        'SLOT_MEMORY_FOREIGN',
        'error',
        slot,
        'the memory holds what this code does not recognise: it is left alone, and nothing is allocated there',
      );
  }
}

function archiveFindings(
  archive: Archive,
  content: SlotContent | undefined,
  observation: Observation,
): Finding[] {
  return [
    ...contentFindings(archive, content),
    ...lifeFindings(archive, observation.now),
    ...limitFindings(archive, content, observation),
  ];
}

function contentFindings(archive: Archive, content: SlotContent | undefined): Finding[] {
  const { state } = archive.life;
  // What a purge has left of it is no archive any more; what is not its own stops the purge.
  if (state === 'purging' && content?.kind !== 'foreign') {
    return [];
  }
  if (content === undefined) {
    return state === 'importing'
      ? []
      : [about(archive, 'ARCHIVE_WITHOUT_STORAGE', 'error', 'its slot is empty: import a backup')];
  }
  const repair = repairOf(archive);
  switch (content.kind) {
    case 'archive':
      return content.generation === archive.generation
        ? imageFindings(archive, content.damagedImages)
        : [
            about(
              archive,
              'GENERATION_MISMATCH',
              'error',
              `its slot holds generation ${content.generation}: restore catalog and archive from one backup, or ${repair}`,
            ),
          ];
    case 'adoptable':
      return [about(archive, 'SLOT_MEMORY_ADOPTABLE', 'notice', `its slot still holds ${content.layout}`)];
    case 'damaged':
      return [about(archive, 'SLOT_MEMORY_DAMAGED', 'error', `${content.reason}: ${repair}`)];
    case 'foreign':
      return [about(archive, 'SLOT_MEMORY_FOREIGN', 'error', `its slot holds other data: ${repair}`)];
  }
}

/** What brings back, or ends, an archive that is not in its slot any more. */
function repairOf({ life, slot }: Archive): string {
  const clear = `clear slot ${slot} (clear_damaged_slot)`;
  return life.state === 'deleted' || life.state === 'purging'
    ? `${clear} and purge it`
    : `quarantine it, ${clear}, import a backup, and lift the quarantine`;
}

function imageFindings(archive: Archive, damagedImages: number): Finding[] {
  return damagedImages === 0
    ? []
    : [
        about(
          archive,
          'IMAGES_DAMAGED',
          'error',
          `${damagedImages} of its former snapshots, exports and imports are damaged and keep what they hold: check it, fork it, and purge this one`,
        ),
      ];
}

function lifeFindings(archive: Archive, now: bigint): Finding[] {
  const { life } = archive;
  if (life.state === 'damaged') {
    return [
      about(
        archive,
        'ARCHIVE_QUARANTINED',
        'error',
        `${life.reason}: if nothing else is found about it, check it or import a backup, and lift the quarantine`,
      ),
    ];
  }
  return life.state === 'purging' || recoveryIsOver(archive, now)
    ? [about(archive, 'PURGE_DUE', 'notice', 'nobody can recover it any more: purge it to free its slot')]
    : [];
}

function limitFindings(
  archive: Archive,
  content: SlotContent | undefined,
  { memories }: Observation,
): Finding[] {
  const { sizeLimit, bucketBudget } = archive.limits;
  const size = content?.kind === 'archive' ? content.size : 0;
  const buckets = memoryOf(memories.memories, archive.slot)?.buckets ?? 0;
  const findings: Finding[] = [];
  if (sizeLimit !== undefined && size >= sizeLimit * NEARLY_FULL) {
    findings.push(
      about(
        archive,
        'SIZE_LIMIT_NEAR',
        'warning',
        `${size} of ${sizeLimit} bytes are used: raise the limit or ask its owner to tidy up`,
      ),
    );
  }
  if (bucketBudget !== undefined && buckets >= bucketBudget) {
    findings.push(
      about(
        archive,
        'BUCKET_BUDGET_REACHED',
        'warning',
        `${buckets} of ${bucketBudget} buckets are owned: compact it or raise the budget`,
      ),
    );
  }
  return findings;
}

function memoryOf(memories: readonly ObservedMemory[], slot: number): ObservedMemory | undefined {
  return memories.find(({ memoryId }) => memoryId === slot);
}

function about(archive: Archive, code: DiagnosticCode, severity: Severity, what: string): Finding {
  const reference = referenceTo(archive);
  return {
    code,
    severity,
    memoryId: archive.slot,
    archive: reference,
    message: `archive '${reference}': ${what}`,
  };
}

function finding(code: DiagnosticCode, severity: Severity, slot: number, what: string): Finding {
  return { code, severity, memoryId: slot, archive: undefined, message: `slot ${slot}: ${what}` };
}
