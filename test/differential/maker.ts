import type { BindableValue } from '../../src/database';
import { Random } from '../support/random';
import type { GeneratedStatement } from './answer';
import { CONSTANTS, LITERALS } from './constants';

const BINARY = [
  ...['+', '-', '*', '/', '%', '||', '<', '<=', '=', '<>', '>', '>=', 'IS', 'IS NOT', 'AND', 'OR'],
  ...['&', '|', '<<', '>>', 'LIKE', 'GLOB', 'IS DISTINCT FROM'],
];
const UNARY = ['-', '~', 'NOT ', '+'];
const FUNCTIONS_OF_ONE = [
  ...['abs', 'length', 'octet_length', 'lower', 'upper', 'hex', 'typeof', 'quote', 'trim', 'unicode'],
  ...['round', 'ltrim', 'rtrim', 'sign', 'ceil', 'floor', 'likely', 'unhex', 'sqrt'],
];
const FUNCTIONS_OF_TWO = [
  'ifnull',
  'nullif',
  'instr',
  'min',
  'max',
  'round',
  'concat',
  'trim',
  'substr',
  'coalesce',
];
const TYPES = ['INTEGER', 'REAL', 'TEXT', 'BLOB', 'NUMERIC'];
const COLLATIONS = ['NOCASE', 'RTRIM', 'BINARY'];
const PREFIXES = [':', '@', '$'];
const TOKEN = /\{\{(\d+)\}\}/g;

/** How a statement's parameters are written. */
type Style = 'positional' | 'numbered' | 'named';

/** Makes the parts of random statements, and keeps the values of their parameters. The same for the same seed. */
export class Maker {
  readonly #random: Random;
  /** Values by the number in their token. */
  #bound: BindableValue[] = [];

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** A whole statement with what its parameters are bound to. */
  statement(write: (make: Maker) => string): GeneratedStatement {
    this.#bound = [];
    return this.#placeParameters(write(this));
  }

  below(limit: number): number {
    return this.#random.below(limit);
  }

  chance(probability: number): boolean {
    return this.#random.chance(probability);
  }

  pick<T>(choices: readonly T[]): T {
    return this.#random.pick(choices);
  }

  /** One to `most` of something, separated by commas. */
  list(most: number, item: () => string): string {
    return Array.from({ length: 1 + this.below(most) }, item).join(', ');
  }

  /** A text, or now and then nothing. */
  maybe(probability: number, text: () => string): string {
    return this.chance(probability) ? text() : '';
  }

  /** A parameter: a token that becomes one in {@link statement}, if it is in the text then. */
  bind(value: BindableValue): string {
    this.#bound.push(value);
    return `{{${this.#bound.length - 1}}}`;
  }

  /** Any constant, as a literal or as a parameter. */
  value(): string {
    return this.chance(0.5) ? this.pick(LITERALS) : this.bind(this.pick(CONSTANTS)());
  }

  /** A small integer, as a literal or as a parameter. */
  small(limit: number): string {
    const value = this.below(limit);
    return this.chance(0.5) ? String(value) : this.bind(value);
  }

  /** A short text of a few, so that it meets itself again. */
  word(): string {
    return this.bind(this.pick(['a', 'A', 'b', 'B ', 'b', 'ä', 'Ä', 'word', 'Word', '10', '9', '']));
  }

  /** @param columns what it may name; one of them may be wrong */
  expression(columns: readonly string[], depth: number): string {
    if (depth === 0) return this.chance(0.6) ? this.pick(columns) : this.value();
    const inner = () => this.expression(columns, depth - 1);
    switch (this.below(13)) {
      case 0:
        return `${this.pick(FUNCTIONS_OF_ONE)}(${inner()})`;
      case 1:
        return `${this.pick(FUNCTIONS_OF_TWO)}(${inner()}, ${inner()})`;
      case 2:
        return `CAST(${inner()} AS ${this.pick(TYPES)})`;
      case 3:
        return `CASE WHEN ${inner()} THEN ${inner()} ELSE ${inner()} END`;
      case 4:
        return `(${inner()} ${this.pick(['', 'NOT '])}BETWEEN ${inner()} AND ${inner()})`;
      case 5:
        return `(${inner()} ${this.pick(['', 'NOT '])}IN (${this.list(3, inner)}))`;
      case 6:
        return `${this.pick(UNARY)}(${inner()})`;
      case 7:
        return `(${inner()} COLLATE ${this.pick(COLLATIONS)} ${this.pick(['<', '=', '>='])} ${inner()})`;
      case 8:
        return `(${inner()} ${this.pick(['IS NULL', 'NOTNULL', 'IS TRUE', 'IS NOT FALSE'])})`;
      default:
        return `(${inner()} ${this.pick(BINARY)} ${inner()})`;
    }
  }

  #placeParameters(text: string): GeneratedStatement {
    const style = this.pick<Style>(['positional', 'numbered', 'named']);
    const values: BindableValue[] = [];
    const markers = new Map<number, string>();
    const sql = text.replaceAll(TOKEN, (_, digits: string) => {
      const token = this.#reuse(style, markers) ?? Number(digits);
      const known = style === 'positional' ? undefined : markers.get(token);
      if (known !== undefined) return known;
      values.push(this.#bound[token]!);
      const marker = this.#marker(style, values.length);
      markers.set(token, marker);
      return marker;
    });
    if (style !== 'named' || values.length === 0) return { sql, parameters: values };
    return { sql, parameters: Object.fromEntries(values.map((value, index) => [`p${index + 1}`, value])) };
  }

  /** Now and then an earlier token, which a style with names or numbers writes as the same parameter again. */
  #reuse(style: Style, markers: ReadonlyMap<number, string>): number | undefined {
    const repeated = style !== 'positional' && markers.size > 0 && this.chance(0.1);
    return repeated ? this.pick([...markers.keys()]) : undefined;
  }

  #marker(style: Style, number: number): string {
    if (style === 'positional') return '?';
    return style === 'numbered' ? `?${number}` : `${this.pick(PREFIXES)}p${number}`;
  }
}
