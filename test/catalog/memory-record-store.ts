import { CELL_CAPACITY, type RecordStore } from '../../catalog/record-store';

/** A record store in an array, which can be copied to stand for the state that an upgrade or a rollback restores. */
export class MemoryRecordStore implements RecordStore {
  constructor(readonly cells: Map<number, string> = new Map()) {}

  read(cell: number): string | undefined {
    return this.cells.get(cell);
  }

  write(cell: number, text: string): void {
    if (text.length > CELL_CAPACITY) {
      throw new RangeError(`a record of ${text.length} bytes does not fit a cell of ${CELL_CAPACITY}`);
    }
    this.cells.set(cell, text);
  }

  copy(): MemoryRecordStore {
    return new MemoryRecordStore(new Map(this.cells));
  }
}
