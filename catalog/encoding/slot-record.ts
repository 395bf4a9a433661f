import type { Archive, ArchiveLife } from '../archives/archive';
import { CatalogError } from '../error';
import type { ArchiveCell } from '../slots/archive-cell';
import type { SlotEntry, StoredSlotEntry } from '../slots/slot-entry';
import { archiveOf, archiveToFields, LIFE_STATES } from './archive-fields';
import { CATALOG_RECORD } from './catalog-kind';
import { Fields, toAscii } from './fields';

/*
 * A slot's record is two lines, each a JSON text. The head is an array,
 *
 *   [version, "archive", slot, id, generation, state]
 *   [version, "free", slot, last generation]
 *   [version, "reserved", slot, last generation, reason]
 *   [version, "clearing", slot]
 *
 * and the body, of archives only, an object with everything else. Heads are read when the catalog opens and bodies when
 * their archive is first asked for: JSON costs 300 instructions a character.
 */
const LINE_END = '\n';

/** What a record's head says of its slot. */
export type SlotHead = Exclude<SlotEntry, { kind: 'archive' | 'damaged' }> | ArchiveCell;

export function encodeSlot(entry: StoredSlotEntry): string {
  const { version } = CATALOG_RECORD;
  const { kind, slot } = entry;
  switch (entry.kind) {
    case 'archive': {
      const { id, generation, life } = entry.archive;
      const head = JSON.stringify([version, kind, slot, id, generation, life.state]);
      return toAscii(head + LINE_END + JSON.stringify(archiveToFields(entry.archive)));
    }
    case 'free':
      return JSON.stringify([version, kind, slot, entry.lastGeneration]);
    case 'reserved':
      return toAscii(JSON.stringify([version, kind, slot, entry.lastGeneration, entry.reason]));
    case 'clearing':
      return JSON.stringify([version, kind, slot]);
  }
}

/** @throws {CatalogError} CATALOG_DAMAGED, CATALOG_VERSION_UNSUPPORTED */
export function decodeSlotHead(text: string, slot: number): SlotHead {
  const end = text.indexOf(LINE_END);
  const fields = parseHead(end < 0 ? text : text.slice(0, end), slot);
  // Taken out one by one: destructuring a list costs three times as much.
  const version = fields[0];
  const kind = fields[1];
  const named = fields[2];
  const third = fields[3];
  const fourth = fields[4];
  const fifth = fields[5];
  if (version !== CATALOG_RECORD.version) {
    throw typeof version === 'number' ? unsupported(slot, version) : damaged(slot, 'it has no version');
  }
  if (named !== slot) {
    throw damaged(slot, `it names slot ${JSON.stringify(named)}`);
  }
  if (
    kind === 'archive' &&
    typeof third === 'string' &&
    isNatural(fourth) &&
    isLifeState(fifth) &&
    end >= 0
  ) {
    const body = text.slice(end + 1);
    return { kind, slot, id: third, generation: fourth, state: fifth, body, archive: undefined };
  }
  if (kind === 'free' && isNatural(third)) {
    return { kind, slot, lastGeneration: third };
  }
  if (kind === 'reserved' && isNatural(third) && typeof fourth === 'string') {
    return { kind, slot, lastGeneration: third, reason: fourth };
  }
  if (kind === 'clearing') {
    return { kind, slot };
  }
  throw damaged(slot, 'its head says nothing that a slot can be');
}

/** @throws {CatalogError} CATALOG_DAMAGED */
export function decodeArchiveBody(cell: ArchiveCell): Archive {
  return archiveOf(cell, Fields.parseBody(CATALOG_RECORD, whereOf(cell.slot), cell.body));
}

function parseHead(line: string, slot: number): unknown[] {
  try {
    const head: unknown = JSON.parse(line);
    if (Array.isArray(head)) {
      return head;
    }
  } catch {
    // Below it is said what it is not.
  }
  throw damaged(slot, 'it has no head');
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isLifeState(value: unknown): value is ArchiveLife['state'] {
  return LIFE_STATES.includes(value as ArchiveLife['state']);
}

function whereOf(slot: number): string {
  return `the record of slot ${slot}`;
}

function damaged(slot: number, what: string): CatalogError {
  return new CatalogError('CATALOG_DAMAGED', `${whereOf(slot)} of the catalog is damaged: ${what}`);
}

function unsupported(slot: number, version: number): CatalogError {
  return new CatalogError(
    'CATALOG_VERSION_UNSUPPORTED',
    `${whereOf(slot)} of the catalog has version ${version}; this code reads version ${CATALOG_RECORD.version}: install the release that wrote it, nothing was changed`,
  );
}
