/** A row of EXPLAIN: address, opcode, P1, P2, P3 and more. */
export type Instruction = readonly [address: number, opcode: string, p1: number, p2: number, p3: number];

/** A cell of a stored b-tree: of a table, or of an index. */
export interface StoredCell {
  /** Number of the schema: 0 is main, 1 temp. */
  readonly schema: number;
  readonly rootPage: number;
  /** Place in the record, or the key of a table. */
  readonly field: number | 'rowid';
}

/** What an instruction puts into a register. */
type Source =
  | { readonly from: 'cell'; readonly cursor: number; readonly field: number | 'rowid' }
  | { readonly from: 'register'; readonly register: number }
  | { readonly from: 'record'; readonly first: number }
  | { readonly from: 'cursor'; readonly cursor: number }
  | { readonly from: 'elsewhere' };

const ELSEWHERE: Source = { from: 'elsewhere' };

/** Opcodes that compute a value, by the operand that names the register. NULL is none: an outer join puts it anywhere. */
const COMPUTED: readonly (ReadonlySet<string> | undefined)[] = [
  undefined,
  undefined,
  new Set(['Cast', 'AddImm', 'MemMax', 'AggFinal']),
  new Set(
    'Integer Int64 String String8 Real Blob Variable Not BitNot IsTrue ZeroOrNull Count ReadCookie Sequence NewRowid Param GetSubtype OffsetLimit Pagecount MaxPgcnt JournalMode IntCopy'.split(
      ' ',
    ),
  ),
  new Set(
    'Function PureFunc And Or Add Subtract Multiply Divide Remainder Concat BitAnd BitOr ShiftLeft ShiftRight Offset VColumn AggValue AggStep RowSetRead'.split(
      ' ',
    ),
  ),
];

/**
 * Follows a statement's result columns back to the cells that they are copied from. The engine is built without the functions
 * that would tell (`sqlite3_column_decltype` and those beside it); its bytecode tells all the same.
 */
export class Bytecode {
  readonly #sources = new Map<number, Source[]>();
  readonly #stored = new Map<number, { schema: number; rootPage: number }[]>();
  readonly #pseudo = new Map<number, number>();
  readonly #inserted = new Map<number, number[]>();
  readonly #results: number[] = [];

  constructor(program: readonly Instruction[]) {
    for (const instruction of program) this.#read(instruction);
  }

  /** The one cell that a result column always is; `undefined` when it is computed, or one of several. */
  cellOfColumn(column: number): StoredCell | undefined {
    const found = new Map<string, StoredCell | undefined>();
    const seen = new Set<string>();
    for (const first of this.#results) this.#followRegister(first + column, seen, found);
    return found.size === 1 ? [...found.values()][0] : undefined;
  }

  #read(instruction: Instruction): void {
    const [, opcode, p1, p2, p3] = instruction;
    switch (opcode) {
      case 'Column':
        this.#put(p3, { from: 'cell', cursor: p1, field: p2 });
        break;
      case 'Rowid':
      case 'IdxRowid':
        this.#put(p2, { from: 'cell', cursor: p1, field: 'rowid' });
        break;
      case 'SCopy':
        this.#put(p2, { from: 'register', register: p1 });
        break;
      case 'Copy':
        this.#copy(p1, p2, p3 + 1);
        break;
      case 'Move':
        this.#copy(p1, p2, p3);
        break;
      case 'MakeRecord':
        this.#put(p3, { from: 'record', first: p1 });
        break;
      case 'SorterData':
      case 'RowData':
        this.#put(p2, { from: 'cursor', cursor: p1 });
        break;
      case 'OpenRead':
      case 'OpenWrite':
      case 'ReopenIdx':
        add(this.#stored, p1, { schema: p3, rootPage: p2 });
        break;
      case 'OpenPseudo':
        this.#pseudo.set(p1, p2);
        break;
      case 'Insert':
      case 'IdxInsert':
      case 'SorterInsert':
        add(this.#inserted, p1, p2);
        break;
      case 'ResultRow':
        this.#results.push(p1);
        break;
      default:
        for (const operand of [2, 3, 4] as const) {
          if (COMPUTED[operand]!.has(opcode)) this.#put(instruction[operand], ELSEWHERE);
        }
    }
  }

  #put(register: number, source: Source): void {
    add(this.#sources, register, source);
  }

  #copy(from: number, to: number, count: number): void {
    for (let index = 0; index < count; index++) {
      this.#put(to + index, { from: 'register', register: from + index });
    }
  }

  /** Registers are used again, and records go through sorters, so that the ways may run in circles. */
  #followRegister(register: number, seen: Set<string>, found: Map<string, StoredCell | undefined>): void {
    if (!isNew(seen, `register ${register}`)) return;
    for (const source of this.#sources.get(register) ?? []) {
      if (source.from === 'register') this.#followRegister(source.register, seen, found);
      else if (source.from === 'cell') this.#followCell(source.cursor, source.field, seen, found);
      else found.set('elsewhere', undefined);
    }
  }

  #followCell(
    cursor: number,
    field: number | 'rowid',
    seen: Set<string>,
    found: Map<string, StoredCell | undefined>,
  ): void {
    if (!isNew(seen, `cell ${cursor} ${field}`)) return;
    const stored = this.#stored.get(cursor);
    for (const { schema, rootPage } of stored ?? []) {
      found.set(`${schema} ${rootPage} ${field}`, { schema, rootPage, field });
    }
    if (stored !== undefined) return;
    const pseudo = this.#pseudo.get(cursor);
    const records = pseudo === undefined ? this.#inserted.get(cursor) : [pseudo];
    if (records === undefined || field === 'rowid') found.set('elsewhere', undefined);
    else for (const record of records) this.#followRecord(record, field, seen, found);
  }

  #followRecord(
    register: number,
    field: number,
    seen: Set<string>,
    found: Map<string, StoredCell | undefined>,
  ): void {
    for (const source of this.#sources.get(register) ?? []) {
      if (source.from === 'record') this.#followRegister(source.first + field, seen, found);
      else if (source.from === 'cursor') this.#followCell(source.cursor, field, seen, found);
    }
  }
}

function add<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function isNew(seen: Set<string>, mark: string): boolean {
  if (seen.has(mark)) return false;
  seen.add(mark);
  return true;
}
