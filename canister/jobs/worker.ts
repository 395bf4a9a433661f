import { setTimer } from 'azle';

/** Looks for work and returns how to do it, in a later message; undefined when there is none. */
export type Search = () => (() => void) | undefined;

/**
 * Does work step by step: a message that claims a step and stores the claim, a second one that does it. A step that traps
 * undoes its own message, the next step's timer included; the claim stays and counts as an attempt, and the
 * heartbeat revives the worker.
 */
export class Worker {
  readonly #search: Search;
  #isUnderWay = false;
  /** True between a claim and the end of its step. */
  #isClaimed = false;

  constructor(search: Search) {
    this.#search = search;
  }

  /** Begins at once, unless it is under way. */
  wake(): void {
    if (!this.#isUnderWay) {
      this.#isUnderWay = true;
      setTimer(0, () => this.#claim());
    }
  }

  /** The same for one that stands still because its step trapped: steps follow each other at once. */
  revive(): void {
    this.#isUnderWay = this.#isUnderWay && !this.#isClaimed;
    this.wake();
  }

  #claim(): void {
    const work = this.#search();
    this.#isUnderWay = work !== undefined;
    this.#isClaimed = work !== undefined;
    if (work !== undefined) {
      setTimer(0, () => {
        work();
        this.#isClaimed = false;
        setTimer(0, () => this.#claim());
      });
    }
  }
}
