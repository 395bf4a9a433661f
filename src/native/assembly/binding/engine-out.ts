// Out-parameters of the engine's functions: two words of static data, which the engine can write as its own.

import { EnginePointer, HostPointer, toEngine } from '../externals/addresses';

const WORD: u32 = 4;
const block: HostPointer = <u32>memory.data(8, 8);

/** Where the engine puts a pointer. */
export function engineOut(): EnginePointer {
  return toEngine(block);
}

/** Where it puts a second one. */
export function secondEngineOut(): EnginePointer {
  return toEngine(block + WORD);
}

export function engineResult(): EnginePointer {
  return load<u32>(block);
}

export function secondEngineResult(): EnginePointer {
  return load<u32>(block + WORD);
}
