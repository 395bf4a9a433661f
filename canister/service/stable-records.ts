import { CatalogError, type CatalogErrorCode } from '../../catalog/error';
import { CELL_CAPACITY, type RecordStore } from '../../catalog/record-store';
import type { NativeModule } from '../../src/native/interface';

/*
 * A cell of 16 KiB:
 *
 *   0        16       20                     20 + length               16,384
 *   +--------+--------+----------------------+--------------------------+
 *   | XXH64  | length | text (ASCII)         | older bytes, meaningless |
 *   +--------+--------+----------------------+--------------------------+
 *
 * The checksum is 16 hexadecimal digits over length and text; the length is 4 hexadecimal digits. All of it is text,
 * because native code moves texts for a few instructions a byte and interpreted JavaScript does not.
 */
const CELL_SIZE = 16_384;
const CHECKSUM_DIGITS = 16;
const LENGTH_DIGITS = 4;
const LENGTH_AT = CHECKSUM_DIGITS;
const TEXT_AT = CHECKSUM_DIGITS + LENGTH_DIGITS;
const NEVER_WRITTEN = '\0'.repeat(LENGTH_DIGITS);
const WASM_PAGE = 65_536;

/** Records in a virtual memory of their own. */
export class StableRecords implements RecordStore {
  readonly #native: NativeModule;
  readonly #memoryId: number;
  readonly #damaged: CatalogErrorCode;

  /** @param damaged what a cell is refused with whose bytes do not match its checksum */
  constructor(native: NativeModule, memoryId: number, damaged: CatalogErrorCode) {
    this.#native = native;
    this.#memoryId = memoryId;
    this.#damaged = damaged;
  }

  read(cell: number): string | undefined {
    const start = cell * CELL_SIZE;
    if (start >= this.#native.memorySize(this.#memoryId)) {
      return undefined;
    }
    const head = this.#native.readText(this.#memoryId, start, TEXT_AT);
    const lengthText = head.slice(LENGTH_AT);
    if (lengthText === NEVER_WRITTEN) {
      return undefined;
    }
    const length = Number.parseInt(lengthText, 16);
    if (!(length <= CELL_CAPACITY)) {
      throw this.#damagedCell(cell);
    }
    const checked = LENGTH_DIGITS + length;
    if (!head.startsWith(this.#native.checksumMemory(this.#memoryId, start + LENGTH_AT, checked))) {
      throw this.#damagedCell(cell);
    }
    return this.#native.readText(this.#memoryId, start + TEXT_AT, length);
  }

  write(cell: number, text: string): void {
    if (text.length > CELL_CAPACITY) {
      throw new RangeError(`a record of ${text.length} bytes does not fit a cell of ${CELL_CAPACITY}`);
    }
    const start = cell * CELL_SIZE;
    this.#growTo(start + CELL_SIZE);
    const checked = text.length.toString(16).padStart(LENGTH_DIGITS, '0') + text;
    this.#native.writeText(this.#memoryId, start, this.#native.checksumText(checked) + checked);
  }

  #growTo(end: number): void {
    const size = this.#native.memorySize(this.#memoryId);
    if (end > size) {
      this.#native.growMemory(this.#memoryId, Math.ceil((end - size) / WASM_PAGE));
    }
  }

  #damagedCell(cell: number): CatalogError {
    return new CatalogError(
      this.#damaged,
      `cell ${cell} of the records in MemoryId ${this.#memoryId} does not match its checksum`,
    );
  }
}
