// Out-parameters of the engine's functions. Static data of native code lies below the arena, where the engine cannot
// write; so this is a block of the arena, made once.

import { trap } from '../engine/trap';
import { EnginePointer, toHost } from '../externals/addresses';
import { sqlite3_malloc64 } from '../externals/engine';

const SIZE: u64 = 8;

let block: EnginePointer = 0;

/** Where the engine puts a pointer. */
export function engineOut(): EnginePointer {
  if (block !== 0) return block;
  block = sqlite3_malloc64(SIZE);
  if (block === 0) trap('the engine has no memory for its first allocation');
  return block;
}

/** Where it puts a second one. */
export function secondEngineOut(): EnginePointer {
  return engineOut() + 4;
}

export function engineResult(): EnginePointer {
  return load<u32>(toHost(block));
}

export function secondEngineResult(): EnginePointer {
  return load<u32>(toHost(block) + 4);
}
