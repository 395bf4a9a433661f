import type { ColumnType, Expected, Script, ScriptRecord, Sorting } from './script';

const SORTINGS: readonly string[] = ['nosort', 'rowsort', 'valuesort'] satisfies Sorting[];
const COLUMN_TYPES = /^[TIR]+$/;
const HASHED = /^(\d+) values hashing to ([0-9a-f]{32})$/;
const SEPARATOR = '----';

/** A script breaks the format. The message names file and line. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/**
 * Parses a script (https://www.sqlite.org/sqllogictest): records that blank lines separate, comments that begin with `#`.
 * `hash-threshold` only tells a writer of results when to hash them, so it is checked and passed over.
 *
 * @param engine the name that `skipif` and `onlyif` go by
 * @throws ScriptError for anything that is not of the format, so that no record is passed over unnoticed
 */
export function parseScript(name: string, text: string, engine: string): Script {
  const records: ScriptRecord[] = [];
  let skipped = 0;
  for (const block of blocksOf(name, text)) {
    const parsed = new Block(name, block, engine).parse();
    if (parsed === 'halt') break;
    if (parsed === 'skipped') skipped++;
    else if (parsed !== 'control') records.push(parsed);
  }
  return { name, records, skipped };
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** Runs of lines that are neither blank nor comments. Within SQL and results a `#` is not a comment. */
function* blocksOf(name: string, text: string): Generator<Line[]> {
  let block: Line[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.includes('\0')) throw new ScriptError(`${name}:${index + 1}: a NUL character`);
    if (line.trim() === '') {
      if (block.length > 0) yield block;
      block = [];
    } else if (block.length > 0 || !line.startsWith('#')) block.push({ number: index + 1, text: line });
  }
  if (block.length > 0) yield block;
}

class Block {
  #lines: readonly Line[];
  #place: number;

  constructor(
    private readonly name: string,
    lines: readonly Line[],
    private readonly engine: string,
  ) {
    this.#lines = lines;
    this.#place = lines[0]!.number;
  }

  parse(): ScriptRecord | 'halt' | 'control' | 'skipped' {
    const meant = this.#conditions();
    const [directive, ...words] = this.#next().text.trim().split(/\s+/);
    const parsed = this.#directive(directive!, words);
    return meant ? parsed : 'skipped';
  }

  /** Whether the record is for this engine. */
  #conditions(): boolean {
    let meant = true;
    for (;;) {
      const [condition, engine, ...rest] = this.#lines[0]?.text.trim().split(/\s+/) ?? [];
      if (condition !== 'skipif' && condition !== 'onlyif') return meant;
      this.#next();
      if (engine === undefined || (rest.length > 0 && !rest[0]!.startsWith('#'))) {
        this.#fail(`${condition} needs the name of one engine`);
      }
      meant &&= (engine === this.engine) === (condition === 'onlyif');
    }
  }

  #directive(directive: string, words: readonly string[]): ScriptRecord | 'halt' | 'control' {
    if (directive === 'statement') return this.#statement(words);
    if (directive === 'query') return this.#query(words);
    if (directive !== 'halt' && directive !== 'hash-threshold') this.#fail(`unknown directive ${directive}`);
    if (this.#lines.length > 0) this.#fail(`unexpected text after ${directive}`);
    if (directive === 'halt') return 'halt';
    if (words.length !== 1 || !/^\d+$/.test(words[0]!)) this.#fail('hash-threshold needs a number');
    return 'control';
  }

  #statement([outcome, count]: readonly string[]): ScriptRecord {
    const line = this.#place;
    const sql = this.#sql();
    if (this.#lines.length > 0) this.#fail('a statement has no result');
    if (outcome === 'ok' || outcome === 'error') return { kind: 'statement', line, sql, outcome };
    if (outcome !== 'count' || count === undefined || !/^\d+$/.test(count)) {
      this.#fail('a statement is ok, error, or count with a number');
    }
    return { kind: 'statement', line, sql, outcome: Number(count) };
  }

  #query([types, sorting = 'nosort', label]: readonly string[]): ScriptRecord {
    const line = this.#place;
    if (types === undefined || !COLUMN_TYPES.test(types)) this.#fail('the column types are T, I and R');
    if (!isSorting(sorting)) this.#fail(`unknown sorting ${sorting}`);
    const sql = this.#sql();
    const expected = this.#lines.length > 0 ? this.#expected() : undefined;
    return { kind: 'query', line, sql, types: [...types] as ColumnType[], sorting, label, expected };
  }

  #sql(): string {
    const lines: string[] = [];
    while (this.#lines.length > 0 && this.#lines[0]!.text.trimEnd() !== SEPARATOR)
      lines.push(this.#next().text);
    if (lines.length === 0) this.#fail('the record has no SQL');
    return lines.join('\n');
  }

  #expected(): Expected {
    this.#next();
    const values = this.#lines.map(({ text }) => text);
    const [, count, md5] = (values.length === 1 && HASHED.exec(values[0]!)) || [];
    return md5 === undefined ? { values } : { count: Number(count), md5 };
  }

  #next(): Line {
    const [line, ...rest] = this.#lines;
    if (!line) this.#fail('the record ends too early');
    this.#lines = rest;
    this.#place = line.number;
    return line;
  }

  #fail(what: string): never {
    throw new ScriptError(`${this.name}:${this.#place}: ${what}`);
  }
}

function isSorting(word: string): word is Sorting {
  return SORTINGS.includes(word);
}
