import { CatalogError } from '../../catalog/error';
import { CELL_CAPACITY, type RecordStore } from '../../catalog/record-store';
import { CATALOG_MEMORY_ID } from '../../catalog/slots/slot-plan';
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

/** The catalog's records in MemoryId 119. */
export class StableRecords implements RecordStore {
  readonly #native: NativeModule;

  constructor(native: NativeModule) {
    this.#native = native;
  }

  read(cell: number): string | undefined {
    const start = cell * CELL_SIZE;
    if (start >= this.#native.memorySize(CATALOG_MEMORY_ID)) {
      return undefined;
    }
    const head = this.#native.readText(CATALOG_MEMORY_ID, start, TEXT_AT);
    const lengthText = head.slice(LENGTH_AT);
    if (lengthText === NEVER_WRITTEN) {
      return undefined;
    }
    const length = Number.parseInt(lengthText, 16);
    if (!(length <= CELL_CAPACITY)) {
      throw damagedCell(cell);
    }
    const checked = LENGTH_DIGITS + length;
    if (!head.startsWith(this.#native.checksumMemory(CATALOG_MEMORY_ID, start + LENGTH_AT, checked))) {
      throw damagedCell(cell);
    }
    return this.#native.readText(CATALOG_MEMORY_ID, start + TEXT_AT, length);
  }

  write(cell: number, text: string): void {
    if (text.length > CELL_CAPACITY) {
      throw new RangeError(
        `a catalog record of ${text.length} bytes does not fit a cell of ${CELL_CAPACITY}`,
      );
    }
    const start = cell * CELL_SIZE;
    this.#growTo(start + CELL_SIZE);
    const checked = text.length.toString(16).padStart(LENGTH_DIGITS, '0') + text;
    this.#native.writeText(CATALOG_MEMORY_ID, start, this.#native.checksumText(checked) + checked);
  }

  #growTo(end: number): void {
    const size = this.#native.memorySize(CATALOG_MEMORY_ID);
    if (end > size) {
      this.#native.growMemory(CATALOG_MEMORY_ID, Math.ceil((end - size) / WASM_PAGE));
    }
  }
}

function damagedCell(cell: number): CatalogError {
  return new CatalogError(
    'CATALOG_DAMAGED',
    `cell ${cell} of the catalog (MemoryId 119) does not match its checksum`,
  );
}
