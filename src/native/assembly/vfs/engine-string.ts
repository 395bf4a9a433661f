import { EnginePointer, HostPointer, toHost } from '../externals/addresses';
import { sqlite3_malloc64 } from '../externals/engine';

// ASCII literals of native code as zero-terminated strings for the engine, and comparison with its own.

/** A copy that whoever gets it frees with sqlite3_free; 0 when memory is short. */
export function newEngineString(text: string): EnginePointer {
  const pointer = sqlite3_malloc64(text.length + 1);
  if (pointer !== 0) writeString(text, toHost(pointer));
  return pointer;
}

/** Writes a literal, zero-terminated. */
export function writeString(text: string, destination: HostPointer): void {
  for (let i = 0; i < text.length; i++) store<u8>(destination + i, codeAt(text, i));
  store<u8>(destination + text.length, 0);
}

/** Whether an engine string says the same as a lower-case literal, whatever its own case. */
export function sameIgnoringCase(string: EnginePointer, text: string): bool {
  const address = toHost(string);
  for (let i = 0; i < text.length; i++) {
    if (lowerCase(load<u8>(address + i)) !== codeAt(text, i)) return false;
  }
  return load<u8>(address + text.length) === 0;
}

function codeAt(text: string, index: i32): u32 {
  return load<u16>(<u32>changetype<usize>(text) + (index << 1));
}

function lowerCase(code: u32): u32 {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
