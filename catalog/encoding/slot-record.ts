import type { SlotEntry } from '../slots/slot-entry';
import { archiveOf, archiveToFields } from './archive-fields';
import { CATALOG_RECORD } from './catalog-kind';
import { encodeRecord, Fields } from './fields';

const KINDS = ['free', 'reserved', 'archive', 'clearing'] as const;

/** A slot's entry that can be stored: one that is damaged is so because its record is. */
export type StoredSlotEntry = Exclude<SlotEntry, { kind: 'damaged' }>;

export function encodeSlot(entry: StoredSlotEntry): string {
  return encodeRecord(
    CATALOG_RECORD,
    entry.kind === 'archive' ? { kind: entry.kind, ...archiveToFields(entry.archive) } : entry,
  );
}

/** @throws {CatalogError} CATALOG_DAMAGED, CATALOG_VERSION_UNSUPPORTED */
export function decodeSlot(text: string, slot: number): StoredSlotEntry {
  const fields = Fields.parse(CATALOG_RECORD, `the record of slot ${slot}`, text);
  if (fields.natural('slot') !== slot) {
    throw fields.damaged(`it names slot ${fields.natural('slot')}`);
  }
  const kind = fields.oneOf('kind', KINDS);
  switch (kind) {
    case 'archive':
      return { kind, slot, archive: archiveOf(fields) };
    case 'reserved':
      return {
        kind,
        slot,
        lastGeneration: fields.natural('lastGeneration'),
        reason: fields.text('reason'),
      };
    case 'free':
      return { kind, slot, lastGeneration: fields.natural('lastGeneration') };
    case 'clearing':
      return { kind, slot };
  }
}
