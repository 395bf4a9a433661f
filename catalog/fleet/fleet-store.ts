import { CatalogError } from '../error';
import { FIRST_FLEET_CELL, isDamaged, type OperationRecords } from '../operations/operation-records';
import { decodeOperation, decodeResult, encodeOperation, encodeResult } from './fleet-record';
import type { FleetOperation, FleetResult } from './operation';

/*
 * The last 8 operations, each in 6 cells: the operation, and its results, 32 lines to a cell.
 */
const KEPT_OPERATIONS = 8;
const RESULTS_PER_CELL = 32;
const RESULT_CELLS = 5;
const CELLS_PER_OPERATION = 1 + RESULT_CELLS;
const LINE_END = '\n';

/** Fleet operations in the record store. */
export class FleetStore {
  readonly #records: OperationRecords;

  constructor(records: OperationRecords) {
    this.#records = records;
  }

  takeNumber(): number {
    return this.#records.takeOperationNumber();
  }

  /** @throws {CatalogError} FLEET_NOT_FOUND, OPERATIONS_DAMAGED */
  get(number: number): FleetOperation {
    const operation = this.#read(number);
    if (operation?.number !== number) {
      throw new CatalogError(
        'FLEET_NOT_FOUND',
        `there is no fleet operation ${number}: the last ${KEPT_OPERATIONS} are kept, list them`,
      );
    }
    return operation;
  }

  /** The operations that are kept, the newest first; without those whose record is damaged. */
  list(): FleetOperation[] {
    const newest = this.#records.nextOperation - 1;
    const oldest = Math.max(1, newest - KEPT_OPERATIONS + 1);
    const numbers = Array.from({ length: newest - oldest + 1 }, (_, index) => newest - index);
    return numbers
      .map((number) => unlessDamaged(() => this.#read(number)))
      .filter((operation) => operation !== undefined);
  }

  put(operation: FleetOperation): void {
    this.#records.write(cellOf(operation.number), encodeOperation(operation));
  }

  /** Results of the finished targets, in their order; without those whose record is damaged. */
  results({ number, cursor }: FleetOperation): FleetResult[] {
    const results: FleetResult[] = [];
    for (let first = 0; first < cursor; first += RESULTS_PER_CELL) {
      const lines = this.#lines(number, first).slice(0, cursor - first);
      results.push(...lines.filter((line) => line !== '').map(decodeResult));
    }
    return results;
  }

  /** Stores the result of the target at the cursor. */
  putResult({ number, cursor }: FleetOperation, result: FleetResult): void {
    const within = cursor % RESULTS_PER_CELL;
    const before = within === 0 ? [] : this.#lines(number, cursor);
    const lines = Array.from({ length: within }, (_, index) => before[index] ?? '');
    lines.push(encodeResult(result));
    this.#records.write(resultCellOf(number, cursor), lines.join(LINE_END));
  }

  #read(number: number): FleetOperation | undefined {
    const text = this.#records.store.read(cellOf(number));
    return text === undefined ? undefined : decodeOperation(text);
  }

  /** Lines of results; an empty one stands for a result that was lost. */
  #lines(number: number, index: number): string[] {
    const text = unlessDamaged(() => this.#records.store.read(resultCellOf(number, index)));
    return (text ?? '').split(LINE_END);
  }
}

function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isDamaged(error)) {
      return undefined;
    }
    throw error;
  }
}

function cellOf(number: number): number {
  return FIRST_FLEET_CELL + (number % KEPT_OPERATIONS) * CELLS_PER_OPERATION;
}

function resultCellOf(number: number, index: number): number {
  return cellOf(number) + 1 + Math.floor(index / RESULTS_PER_CELL);
}
