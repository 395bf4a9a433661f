import { setTimer } from 'azle';

/** Looks for work and returns how to do it, in a later message; undefined when there is none. */
export type Search = () => (() => void) | undefined;

/**
 * Does work step by step: a message that claims a step and stores the claim, a second one that does it. A message that traps
 * undoes what it did, the timer of the next one included: a claim stays, and counts as an attempt, and the heartbeat revives
 * the worker. Whether a timer was lost cannot be seen, so the heartbeat sets another beside it, and only the first of the
 * two that runs has its turn.
 */
export class Worker {
  readonly #search: Search;
  #isUnderWay = false;
  #turn = 0;

  constructor(search: Search) {
    this.#search = search;
  }

  /** Begins at once, unless it is under way. */
  wake(): void {
    if (!this.#isUnderWay) {
      this.revive();
    }
  }

  /** The same for one that may stand still because its message trapped. */
  revive(): void {
    this.#isUnderWay = true;
    this.#setNext(() => this.#claim());
  }

  #claim(): void {
    const work = this.#search();
    this.#isUnderWay = work !== undefined;
    if (work !== undefined) {
      this.#setNext(() => {
        work();
        this.#setNext(() => this.#claim());
      });
    }
  }

  #setNext(message: () => void): void {
    const turn = this.#turn;
    setTimer(0, () => {
      if (turn === this.#turn) {
        this.#turn++;
        message();
      }
    });
  }
}
