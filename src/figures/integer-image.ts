// A SQLite file of nothing but one table of small integers, page by page as SQLite writes it when it appends rows: the
// shortest rows that there are, of which a check has more to do for each byte than of any others
// (https://www.sqlite.org/fileformat2.html).

const PAGE = 4096;
const FILE_HEADER = 100;
const ROOT = 2;
/** From here on each rowid takes up four bytes. */
const FIRST_ROWID = 2 ** 21;
/** Payload's length, rowid, record header of two bytes, value; and a pointer to it. Of an interior page: child, rowid. */
const CELL = 8;
const POINTER = 2;
const LEAF_HEADER = 8;
const INTERIOR_HEADER = 12;
const TABLE_LEAF = 13;
const TABLE_INTERIOR = 5;
const ROWS_OF_A_LEAF = Math.floor((PAGE - LEAF_HEADER) / (CELL + POINTER));
/** An interior page has one child more than it has cells. */
const CHILDREN = Math.floor((PAGE - INTERIOR_HEADER) / (CELL + POINTER)) + 1;
const SCHEMA = ['table', 'number', 'number', 'CREATE TABLE number (value INTEGER)'] as const;

/** Pages of one level of the tree: where they begin, and how many there are. The root's level comes first. */
interface Level {
  readonly first: number;
  readonly pages: number;
}

export class IntegerImage {
  readonly size: number;
  private readonly levels: readonly Level[];

  /** @param pages of 4,096 bytes at most, so that a file of a GiB ends before the page that no database uses */
  constructor(pages: number) {
    let leaves = pages - ROOT;
    while (totalOf(levelsOf(leaves)) + 1 > pages || hasEmptyPage(leaves)) leaves--;
    this.levels = levelsOf(leaves);
    this.size = (totalOf(this.levels) + 1) * PAGE;
  }

  /** Bytes of the file. */
  chunk(offset: number, length: number): Uint8Array {
    const end = Math.min(offset + length, this.size);
    const bytes = new Uint8Array(end - offset);
    for (let at = offset - (offset % PAGE); at < end; at += PAGE) {
      const page = this.page(at / PAGE + 1);
      const from = Math.max(at, offset);
      bytes.set(page.subarray(from - at, Math.min(end - at, PAGE)), from - offset);
    }
    return bytes;
  }

  private page(number: number): Uint8Array {
    if (number === 1) return this.schemaPage();
    const depth = this.levels.findIndex(({ first, pages }) => number < first + pages);
    const index = number - this.levels[depth]!.first;
    return depth === this.levels.length - 1 ? leafPage(index) : this.interiorPage(depth, index);
  }

  private interiorPage(depth: number, index: number): Uint8Array {
    const below = this.levels[depth + 1]!;
    const first = index * CHILDREN;
    const children = Math.min(CHILDREN, below.pages - first);
    const leavesOfAChild = CHILDREN ** (this.levels.length - 2 - depth);
    const page = treePage(TABLE_INTERIOR, children - 1);
    const view = new DataView(page.buffer);
    view.setUint32(8, below.first + first + children - 1);
    for (let child = 0; child < children - 1; child++) {
      const cell = placeCell(view, INTERIOR_HEADER, child);
      view.setUint32(cell, below.first + first + child);
      const lastRow = (first + child + 1) * leavesOfAChild * ROWS_OF_A_LEAF - 1;
      view.setUint32(cell + 4, varint(FIRST_ROWID + lastRow));
    }
    return page;
  }

  private schemaPage(): Uint8Array {
    const texts = SCHEMA.map((text) => new TextEncoder().encode(text));
    const types = [...texts.slice(0, 3), undefined, texts[3]].map((text) =>
      text ? 13 + 2 * text.length : 1,
    );
    const values = [...texts.slice(0, 3), Uint8Array.of(ROOT), texts[3]!].flatMap((bytes) => [...bytes]);
    const record = [types.length + 1, ...types, ...values];
    const cell = [record.length, 1, ...record];
    const page = new Uint8Array(PAGE);
    page.set(cell, PAGE - cell.length);
    const view = new DataView(page.buffer);
    page.set(new TextEncoder().encode('SQLite format 3\0'));
    view.setUint16(16, PAGE);
    page.set([1, 1, 0, 64, 32, 32], 18);
    // Change counter and the number that it is valid for, pages, schema cookie and format, UTF-8.
    for (const [offset, value] of [
      [24, 1],
      [28, this.size / PAGE],
      [40, 1],
      [44, 4],
      [56, 1],
      [92, 1],
    ] as const) {
      view.setUint32(offset, value);
    }
    page[FILE_HEADER] = TABLE_LEAF;
    view.setUint16(FILE_HEADER + 3, 1);
    view.setUint16(FILE_HEADER + 5, PAGE - cell.length);
    view.setUint16(FILE_HEADER + LEAF_HEADER, PAGE - cell.length);
    return page;
  }
}

function leafPage(index: number): Uint8Array {
  const page = treePage(TABLE_LEAF, ROWS_OF_A_LEAF);
  const view = new DataView(page.buffer);
  for (let row = 0; row < ROWS_OF_A_LEAF; row++) {
    const cell = placeCell(view, LEAF_HEADER, row);
    view.setUint8(cell, 3);
    view.setUint32(cell + 1, varint(FIRST_ROWID + index * ROWS_OF_A_LEAF + row));
    page.set([2, 1, row & 0x7f], cell + 5);
  }
  return page;
}

function treePage(type: number, cells: number): Uint8Array {
  const page = new Uint8Array(PAGE);
  const view = new DataView(page.buffer);
  page[0] = type;
  view.setUint16(3, cells);
  view.setUint16(5, PAGE - cells * CELL);
  return page;
}

/** Points at the place of a cell, the first one at the page's end, and answers it. */
function placeCell(view: DataView, header: number, index: number): number {
  const place = PAGE - (index + 1) * CELL;
  view.setUint16(header + index * POINTER, place);
  return place;
}

/** A number of 22 to 28 bits as the four bytes of a varint. */
function varint(value: number): number {
  const seven = (shift: number) => (value >>> shift) & 0x7f;
  return (
    (((0x80 | seven(21)) << 24) | ((0x80 | seven(14)) << 16) | ((0x80 | seven(7)) << 8) | seven(0)) >>> 0
  );
}

function levelsOf(leaves: number): Level[] {
  const counts = [leaves];
  while (counts[0]! > 1) counts.unshift(Math.ceil(counts[0]! / CHILDREN));
  const levels: Level[] = [];
  for (const pages of counts) levels.push({ first: ROOT + totalOf(levels), pages });
  return levels;
}

/** Whether an interior page would have one child, so no cell. */
function hasEmptyPage(leaves: number): boolean {
  return levelsOf(leaves).some(({ pages }) => pages > 1 && pages % CHILDREN === 1);
}

function totalOf(levels: readonly Level[]): number {
  return levels.reduce((sum, { pages }) => sum + pages, 0);
}
