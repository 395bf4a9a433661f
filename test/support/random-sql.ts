import type { SqlValue } from '../../src/database';

/** A statement and the values of its parameters. */
export interface RandomStatement {
  readonly sql: string;
  readonly parameters: SqlValue[];
}

const TABLES = ['t', 'u'];
const COLUMNS = ['id', 'a', 'b', 'c'];
const BINARY = ['+', '-', '*', '/', '%', '||', '<', '<=', '=', '<>', 'IS', 'AND', 'OR', '&', '|', '<<'];
// Not sign: the engine's package replaces some mathematical functions when its own glue starts it.
const FUNCTIONS = [
  'abs',
  'length',
  'lower',
  'upper',
  'hex',
  'typeof',
  'quote',
  'trim',
  'unicode',
  'round',
  'ltrim',
];
const AGGREGATES = ['count', 'sum', 'min', 'max', 'avg', 'total', 'group_concat'];
const TYPES = ['INTEGER', 'REAL', 'TEXT', 'BLOB', 'NUMERIC'];

/**
 * Statements over two tables, right and wrong ones, the same for the same seed. Blobs hold printable characters: as text,
 * the reference's glue would cut them at a NUL.
 */
export class RandomSql {
  #state: number;
  #parameters: SqlValue[] = [];

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** What has to run before. */
  static readonly schema = `
    CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT UNIQUE, c REAL);
    CREATE TABLE u (id INTEGER PRIMARY KEY, a INTEGER REFERENCES t(id), b TEXT COLLATE NOCASE, c NUMERIC CHECK (c <> 13));
    CREATE INDEX u_by_b ON u (b, c);
    CREATE VIEW v AS SELECT t.id, u.a, t.b, u.c FROM t LEFT JOIN u ON u.a = t.id;`;

  next(): RandomStatement {
    this.#parameters = [];
    const sql = this.#statement();
    return { sql, parameters: this.#parameters };
  }

  #statement(): string {
    switch (this.#below(12)) {
      case 0:
      case 1:
      case 2:
        return this.#insert();
      case 3:
        return `UPDATE ${this.#table()} SET ${this.#column()} = ${this.#expression(2)} WHERE ${this.#expression(2)}`;
      case 4:
        return `DELETE FROM ${this.#table()} WHERE ${this.#column()} ${this.#of(BINARY)} ${this.#value()}`;
      case 5:
        return `SELECT ${this.#column()}, ${this.#of(AGGREGATES)}(${this.#column()}) FROM v GROUP BY 1 HAVING count(*) > ${this.#below(2)} ORDER BY 1`;
      case 6:
        return `SELECT ${this.#expression(3)} FROM t JOIN u ON t.id = u.a ORDER BY t.id, u.id LIMIT ${this.#below(20)}`;
      case 7:
        return `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${this.#below(30)}) SELECT i, ${this.#literal()} FROM n`;
      case 8:
        return `SELECT id, row_number() OVER (PARTITION BY a ORDER BY id) FROM ${this.#table()} ORDER BY id`;
      default:
        return `SELECT ${this.#expression(3)}, ${this.#expression(2)} FROM ${this.#table()} WHERE ${this.#expression(2)} ORDER BY id`;
    }
  }

  #insert(): string {
    const conflict = this.#of(['', '', 'OR IGNORE ', 'OR REPLACE ']);
    const id = this.#below(3) === 0 ? 'NULL' : String(this.#below(60));
    const values = [id, this.#value(), this.#value(), this.#value()].join(', ');
    const returning = this.#below(4) === 0 ? ' RETURNING id, a, b, c' : '';
    return `INSERT ${conflict}INTO ${this.#table()} VALUES (${values})${returning}`;
  }

  #expression(depth: number): string {
    if (depth === 0) return this.#below(2) === 0 ? this.#column() : this.#value();
    switch (this.#below(7)) {
      case 0:
        return `${this.#of(FUNCTIONS)}(${this.#expression(depth - 1)})`;
      case 1:
        return `CAST(${this.#expression(depth - 1)} AS ${this.#of(TYPES)})`;
      case 2:
        return `CASE WHEN ${this.#expression(depth - 1)} THEN ${this.#expression(0)} ELSE ${this.#expression(0)} END`;
      case 3:
        return `substr(${this.#expression(0)}, ${this.#below(5) - 1}, ${this.#below(5)})`;
      default:
        return `(${this.#expression(depth - 1)} ${this.#of(BINARY)} ${this.#expression(depth - 1)})`;
    }
  }

  /** A literal, or a parameter. */
  #value(): string {
    if (this.#below(2) === 0) return this.#literal();
    this.#parameters.push(this.#constant());
    return '?';
  }

  #constant(): SqlValue {
    switch (this.#below(8)) {
      case 0:
        return null;
      case 1:
        return this.#below(100) - 50;
      case 2:
        return BigInt(this.#below(2 ** 31)) * 4_294_967_296n - 2n ** 62n;
      case 3:
        return this.#below(1000) / 8 - 60;
      case 4:
        return Uint8Array.from({ length: 1 + this.#below(6) }, () => 33 + this.#below(94));
      case 5:
        return this.#of(['', 'é', '😀', 'A b', '12', '-3.5e2', "it's"]);
      default:
        return `text ${this.#below(40)}`;
    }
  }

  #literal(): string {
    return this.#of([
      'NULL',
      '0',
      '1',
      '-7',
      '2.5',
      '1e300',
      '9223372036854775807',
      "'x'",
      "''",
      "'13'",
      "x'4142'",
      "'Ä'",
    ]);
  }

  #table(): string {
    return this.#of(TABLES);
  }

  #column(): string {
    return this.#below(60) === 0 ? 'missing' : this.#of(COLUMNS);
  }

  #of<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)]!;
  }

  /** A linear congruential generator; its upper bits are the good ones. */
  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}
