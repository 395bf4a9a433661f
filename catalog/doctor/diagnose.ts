import type { Catalog } from '../catalog';
import type { SlotEntry } from '../slots/slot-entry';
import { holdsSlot, ownPurposeOf, slotCount } from '../slots/slot-plan';
import type { DiagnosticCode, Finding, Severity } from './finding';
import type { Observation } from './observation';
import { slotFindings } from './slot-findings';

/** The memory manager counts buckets to this bound. */
const MOST_BUCKETS = 32_768;
const NEARLY_USED = 0.9;
const LOW_RUNWAY_SECONDS = 30 * 86_400;

/** Compares the catalog with what is there. Changes nothing; errors come first, then by MemoryId. */
export function diagnose(catalog: Catalog, observation: Observation): Finding[] {
  const entries = entriesOf(catalog);
  const findings = [
    ...entries.flatMap((entry) => slotFindings(entry, observation)),
    ...observation.differingCopies.map((slot) =>
      canister(
        'COPY_DIFFERS',
        'error',
        `calls of slot ${slot} are decided by another record than the catalog's: upgrade the canister, which copies all of them anew, and report this`,
        slot,
      ),
    ),
    ...memoryFindings(catalog, observation),
    ...capacityFindings(catalog, entries, observation),
  ];
  return findings.sort(
    (a, b) => rank(a.severity) - rank(b.severity) || (a.memoryId ?? -1) - (b.memoryId ?? -1),
  );
}

function entriesOf(catalog: Catalog): SlotEntry[] {
  const { first } = catalog.plan;
  return Array.from({ length: slotCount(catalog.plan) }, (_, index) => catalog.entryAt(first + index));
}

function memoryFindings(catalog: Catalog, { memories }: Observation): Finding[] {
  const unknown = memories.memories.filter(
    ({ memoryId }) => !holdsSlot(catalog.plan, memoryId) && ownPurposeOf(memoryId) === 'none',
  );
  const owned = memories.memories.reduce((sum, { buckets }) => sum + buckets, 0);
  const findings = unknown.map(({ memoryId, buckets }) =>
    canister(
      'UNKNOWN_MEMORY',
      'notice',
      `MemoryId ${memoryId} owns ${buckets} buckets and is neither a slot nor the application's: see what else runs in this canister`,
      memoryId,
    ),
  );
  return owned + memories.freeBuckets === memories.allocatedBuckets
    ? findings
    : [
        ...findings,
        canister(
          'BUCKETS_UNACCOUNTED',
          'error',
          `${memories.allocatedBuckets} buckets were handed out, ${owned} are owned and ${memories.freeBuckets} free: back everything up and report this`,
        ),
      ];
}

function capacityFindings(
  catalog: Catalog,
  entries: readonly SlotEntry[],
  observation: Observation,
): Finding[] {
  const slots = slotCount(catalog.plan);
  const used = entries.filter(({ kind }) => kind !== 'free').length;
  const buckets = observation.memories.allocatedBuckets - observation.memories.freeBuckets;
  const runway = observation.cyclesRunwaySeconds;
  const findings: Finding[] = [];
  if (used >= slots * NEARLY_USED) {
    findings.push(
      canister(
        'SLOTS_NEARLY_USED',
        'warning',
        `${used} of ${slots} slots are used: purge what is deleted, or install another canister`,
      ),
    );
  }
  if (buckets >= MOST_BUCKETS * NEARLY_USED) {
    findings.push(
      canister(
        'BUCKETS_NEARLY_USED',
        'warning',
        `${buckets} of ${MOST_BUCKETS} buckets are owned: compact and purge, or move archives to another canister`,
      ),
    );
  }
  if (runway !== undefined && runway < LOW_RUNWAY_SECONDS) {
    findings.push(
      canister(
        'CYCLES_LOW',
        'warning',
        `the cycles last ${Math.floor(runway / 86_400)} days: top the canister up`,
      ),
    );
  }
  return findings;
}

function rank(severity: Severity): number {
  return ['error', 'warning', 'notice'].indexOf(severity);
}

function canister(code: DiagnosticCode, severity: Severity, message: string, memoryId?: number): Finding {
  return { code, severity, memoryId, archive: undefined, message };
}
