// Names as the engine hands them over.

import { EnginePointer, toHost } from '../externals/addresses';

/** Compares an ASCII text without regard to case; `word` is lower case. */
export function matches(text: EnginePointer, word: string): bool {
  if (text === 0) return false;
  const start = toHost(text);
  for (let index = 0; index < word.length; index++) {
    if (lowerCase(load<u8>(start + <u32>index)) !== <u32>word.charCodeAt(index)) return false;
  }
  return load<u8>(start + <u32>word.length) === 0;
}

export function lowerCase(byte: u32): u32 {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
