import { codeOf } from '../../catalog/error';

/** What `read` returns; undefined where that is refused, so that the rest is told all the same. A defect is thrown on. */
export function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === undefined) {
      throw error;
    }
    return undefined;
  }
}
