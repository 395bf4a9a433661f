import { encodeRecord, Fields, type RecordKind } from '../encoding/fields';
import { CatalogError } from '../error';
import type { RecordStore } from '../record-store';
import { MOST_SLOTS } from '../slots/slot-plan';

/** Records in MemoryId 112. */
export const OPERATIONS_RECORD: RecordKind = {
  what: 'the operations',
  version: 1,
  damaged: 'OPERATIONS_DAMAGED',
  unsupported: 'OPERATIONS_VERSION_UNSUPPORTED',
};

const FORMAT = 'tabularium-operations';
const HEADER_CELL = 0;
const FIRST_JOB_CELL = 1;

/** Cells from here on hold the fleet operations. */
export const FIRST_FLEET_CELL = FIRST_JOB_CELL + MOST_SLOTS;

/** Whether a record cannot be read because it is damaged: it is given up, and the others go on. */
export function isDamaged(error: unknown): error is CatalogError {
  return error instanceof CatalogError && error.code === OPERATIONS_RECORD.damaged;
}

/** Cell of a slot's jobs. */
export function jobCellOf(slotIndex: number): number {
  return FIRST_JOB_CELL + slotIndex;
}

/** The store of jobs and fleet operations, with the number that the next operation gets. */
export class OperationRecords {
  readonly store: RecordStore;
  #nextOperation: number;

  private constructor(store: RecordStore, nextOperation: number) {
    this.store = store;
    this.#nextOperation = nextOperation;
  }

  /**
   * @throws {CatalogError} OPERATIONS_DAMAGED, OPERATIONS_VERSION_UNSUPPORTED; the store is left as it is.
   */
  static open(store: RecordStore): OperationRecords {
    const text = store.read(HEADER_CELL);
    if (text === undefined) {
      return new OperationRecords(store, 1);
    }
    const fields = Fields.parse(OPERATIONS_RECORD, 'the header', text);
    if (fields.optionalText('format') !== FORMAT) {
      throw fields.damaged('it does not begin with a header');
    }
    return new OperationRecords(store, fields.natural('nextOperation'));
  }

  get nextOperation(): number {
    return this.#nextOperation;
  }

  /** Counts a new fleet operation. */
  takeOperationNumber(): number {
    const number = this.#nextOperation;
    this.#writeHeader(number + 1);
    this.#nextOperation = number + 1;
    return number;
  }

  /** The text in a cell. Makes sure that a store with records in it has a header that says so. */
  write(cell: number, text: string): void {
    if (this.store.read(HEADER_CELL) === undefined) {
      this.#writeHeader(this.#nextOperation);
    }
    this.store.write(cell, text);
  }

  #writeHeader(nextOperation: number): void {
    this.store.write(HEADER_CELL, encodeRecord(OPERATIONS_RECORD, { format: FORMAT, nextOperation }));
  }
}
