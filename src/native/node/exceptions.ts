import { EXCEPTION, type Packed } from './handles';
import { NativeTrap } from './native-trap';

/** The pending exception, as QuickJS keeps one: native code returns a marker, and whoever called it takes the error. */
export class Exceptions {
  #pending: unknown;

  /** @param isOver true after a trap, which ends native code whatever JavaScript in between has made of it */
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
    let result = failure;
    try {
      result = run();
    } catch (error) {
      this.#pending = error;
    }
    if (this.isOver()) throw new NativeTrap('this host trapped while native code waited for JavaScript');
    return result;
  }
}
