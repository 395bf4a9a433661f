// Texts where the engine can read them: literals of native code, and strings of the host.

import { EnginePointer, engineBase, HostPointer, toEngine, toHost } from '../externals/addresses';
import { sqlite3_free, sqlite3_malloc64 } from '../externals/engine';

/** A literal as a C string in the engine's arena, to be freed with sqlite3_free; 0 when the arena is full. */
export function engineLiteral(text: string): EnginePointer {
  const copy = sqlite3_malloc64(text.length + 1);
  if (copy === 0) return 0;
  const target = toHost(copy);
  for (let index = 0; index < text.length; index++) store<u8>(target + index, text.charCodeAt(index));
  store<u8>(target + text.length, 0);
  return copy;
}

/**
 * Whether the engine can read a host address directly: the arena and what lies above it has engine addresses, what
 * lies below has none.
 */
export function engineCanRead(pointer: HostPointer): bool {
  return pointer >= engineBase;
}

/** A NUL-terminated copy in the engine's arena, to be freed with sqlite3_free; 0 when the arena is full. */
export function copyToEngine(source: HostPointer, byteLength: u32): EnginePointer {
  const copy = sqlite3_malloc64(<u64>byteLength + 1);
  if (copy === 0) return 0;
  memory.copy(toHost(copy), source, byteLength);
  store<u8>(toHost(copy) + byteLength, 0);
  return copy;
}

/** The text itself when the engine can read it, a copy otherwise. Goes back through returnText. */
export function lendToEngine(text: HostPointer, byteLength: u32): EnginePointer {
  return engineCanRead(text) ? toEngine(text) : copyToEngine(text, byteLength);
}

export function returnText(text: HostPointer, lent: EnginePointer): void {
  if (!engineCanRead(text)) sqlite3_free(lent);
}
