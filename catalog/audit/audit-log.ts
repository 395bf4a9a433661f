import { encodeRecord, Fields } from '../encoding/fields';
import { CatalogError } from '../error';
import { CELL_CAPACITY, type RecordStore } from '../record-store';
import { AUDIT_RECORD, type AuditEntry, type AuditEvent, decodeEntry, encodeEntry } from './audit-entry';

/*
 * Cell 0 is the header: how many blocks were ever begun, and of how many cells the ring consists. Block b is in cell
 * 1 + b mod ring, 24 entries to a block, one JSON text a line; so an entry's place follows from its sequence number.
 */
const HEADER_CELL = 0;
const FIRST_BLOCK_CELL = 1;
const ENTRIES_PER_BLOCK = 24;
const LINE_END = '\n';
const FORMAT = 'tabularium-audit';

/** Blocks of a new log: 6,144 entries in 4 MiB. */
export const DEFAULT_AUDIT_BLOCKS = 256;

/** Entries, the newest first, and the cursor of the next page. */
export interface AuditPage {
  readonly entries: AuditEntry[];
  /** Pass it as `before` to read on; undefined at the log's end. */
  readonly next: number | undefined;
}

/** A bounded log in a record store of its own: the newest entry overwrites the oldest block. */
export class AuditLog {
  readonly #store: RecordStore;
  readonly #ring: number;
  #blocks: number;
  /** Lines of the block that is being filled. */
  #lines: string[];

  private constructor(store: RecordStore, ring: number, blocks: number, lines: string[]) {
    this.#store = store;
    this.#ring = ring;
    this.#blocks = blocks;
    this.#lines = lines;
  }

  /**
   * Opens the log that `store` holds, or a new one, of which nothing is written before its first entry.
   *
   * @param ring blocks that a new log keeps
   * @throws {CatalogError} AUDIT_LOG_DAMAGED, AUDIT_LOG_VERSION_UNSUPPORTED; the store is left as it is.
   */
  static open(store: RecordStore, ring = DEFAULT_AUDIT_BLOCKS): AuditLog {
    const text = store.read(HEADER_CELL);
    if (text === undefined) {
      return new AuditLog(store, ring, 0, fullBlock());
    }
    const fields = Fields.parse(AUDIT_RECORD, 'the header', text);
    if (fields.optionalText('format') !== FORMAT) {
      throw fields.damaged('it is not an audit log');
    }
    const log = new AuditLog(store, fields.natural('ring'), fields.natural('blocks'), fullBlock());
    log.#lines = log.#readBlock(log.#blocks - 1) ?? fullBlock();
    return log;
  }

  /** The sequence number of the next entry. */
  get nextSequence(): number {
    return (this.#blocks - 1) * ENTRIES_PER_BLOCK + this.#lines.length;
  }

  append(event: AuditEvent): void {
    const line = encodeEntry(event);
    const isNewBlock = !hasRoomFor(this.#lines, line);
    const lines = isNewBlock ? [line] : [...this.#lines, line];
    const blocks = isNewBlock ? this.#blocks + 1 : this.#blocks;
    this.#store.write(this.#cellOf(blocks - 1), lines.join(LINE_END));
    if (isNewBlock) {
      const header = { format: FORMAT, ring: this.#ring, blocks };
      this.#store.write(HEADER_CELL, encodeRecord(AUDIT_RECORD, header));
    }
    this.#lines = lines;
    this.#blocks = blocks;
  }

  /**
   * Up to `limit` entries before the sequence number `before`, the newest first; from the newest on when it is absent.
   * A block that is damaged is left out.
   */
  page(before: number | undefined, limit: number): AuditPage {
    const oldest = Math.max(0, this.#blocks - this.#ring) * ENTRIES_PER_BLOCK;
    const entries: AuditEntry[] = [];
    let sequence = Math.min(before ?? this.nextSequence, this.nextSequence);
    while (sequence > oldest && entries.length < limit) {
      const block = Math.floor((sequence - 1) / ENTRIES_PER_BLOCK);
      const first = block * ENTRIES_PER_BLOCK;
      const lines = this.#readBlock(block) ?? [];
      const from = Math.max(first, sequence - (limit - entries.length));
      for (let wanted = sequence - 1; wanted >= from; wanted--) {
        const line = lines[wanted - first];
        if (line !== undefined) {
          entries.push(decodeEntry(line, wanted));
        }
      }
      sequence = from;
    }
    return { entries, next: sequence > oldest ? sequence : undefined };
  }

  #cellOf(block: number): number {
    return FIRST_BLOCK_CELL + (block % this.#ring);
  }

  /** @returns undefined when the block's cell is damaged: its entries are lost, and the log goes on. */
  #readBlock(block: number): string[] | undefined {
    try {
      return this.#store.read(this.#cellOf(block))?.split(LINE_END);
    } catch (error) {
      if (error instanceof CatalogError) {
        return undefined;
      }
      throw error;
    }
  }
}

function hasRoomFor(lines: readonly string[], line: string): boolean {
  return (
    lines.length < ENTRIES_PER_BLOCK &&
    lines.join(LINE_END).length + LINE_END.length + line.length <= CELL_CAPACITY
  );
}

/** Stands for a block that takes no more entries. */
function fullBlock(): string[] {
  return new Array(ENTRIES_PER_BLOCK);
}
