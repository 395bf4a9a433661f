import { EXCEPTION, type Packed } from './handles';

/** The pending exception, as QuickJS keeps one: native code returns a marker, and whoever called it takes the error. */
export class Exceptions {
  #pending: unknown;

  /** @param isOver after a trap nothing can be handled any more, in JavaScript or in native code */
  constructor(private readonly isOver: () => boolean) {}

  throw(error: unknown): Packed {
    this.#pending = error;
    return EXCEPTION;
  }

  take(): unknown {
    const error = this.#pending;
    this.#pending = undefined;
    return error;
  }

  /** Runs what may run JavaScript of the user: an exception becomes the pending one. */
  guard<T>(failure: T, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (this.isOver()) throw error;
      this.#pending = error;
      return failure;
    }
  }
}
