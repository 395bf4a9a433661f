/** A command was given options that it cannot work with. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
