import { CatalogError, type CatalogErrorCode } from '../../catalog/error';
import { CELL_CAPACITY, type RecordStore } from '../../catalog/record-store';

/** A record store in an array, which can be copied to stand for the state that an upgrade or a rollback restores. */
export class MemoryRecordStore implements RecordStore {
  readonly #damaged = new Map<number, CatalogErrorCode>();

  constructor(readonly cells: Map<number, string> = new Map()) {}

  /** Cells whose checksum does not match, until they are written again. */
  damage(code: CatalogErrorCode, ...cells: number[]): void {
    for (const cell of cells) this.#damaged.set(cell, code);
  }

  read(cell: number): string | undefined {
    const code = this.#damaged.get(cell);
    if (code !== undefined) {
      throw new CatalogError(code, `cell ${cell} does not match its checksum`);
    }
    return this.cells.get(cell);
  }

  write(cell: number, text: string): void {
    if (text.length > CELL_CAPACITY) {
      throw new RangeError(`a record of ${text.length} bytes does not fit a cell of ${CELL_CAPACITY}`);
    }
    this.#damaged.delete(cell);
    this.cells.set(cell, text);
  }

  copy(): MemoryRecordStore {
    return new MemoryRecordStore(new Map(this.cells));
  }
}
