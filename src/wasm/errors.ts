/** Thrown when bytes do not follow the WebAssembly binary format, or use a part of it that this library does not know. */
export class WasmFormatError extends Error {
  override readonly name = 'WasmFormatError';

  /** @param offset byte offset, in the buffer that was read, at which the problem was seen */
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(`${message} (at byte ${offset})`);
  }
}
