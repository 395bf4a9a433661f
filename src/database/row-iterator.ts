import { dispose } from './dispose';

/** What is iterated: the steps of a started statement. */
export interface RowSource<Row> {
  /** The next row; `undefined` at the end, which resets the statement. */
  step(): Row | undefined;
  reset(): void;
  /** Whether the iteration is still under way. */
  isBusy(): boolean;
}

/** Steps a started statement, and resets it at the end or when the loop is left. */
export class RowIterator<Row> implements IterableIterator<Row>, Disposable {
  readonly #source: RowSource<Row>;
  #open = true;

  constructor(source: RowSource<Row>) {
    this.#source = source;
  }

  next(): IteratorResult<Row, undefined> {
    if (!this.#open) return { done: true, value: undefined };
    const value = this.#step();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  }

  return(): IteratorResult<Row, undefined> {
    if (this.#open) this.#source.reset();
    this.#open = false;
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  [dispose](): void {
    this.return();
  }

  #step(): Row | undefined {
    try {
      const row = this.#source.step();
      if (row === undefined) this.#open = false;
      return row;
    } catch (error) {
      // A step that fails ends the iteration; one that is refused, because a function runs, leaves it where it is.
      this.#open = this.#source.isBusy();
      throw error;
    }
  }
}
