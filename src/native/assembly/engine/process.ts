import { EnginePointer, toHost } from '../externals/addresses';
import { emscripten_stack_get_current } from '../externals/engine';
import { Refusal, refuseMemory } from './allocation';
import { trap, trapWithBytes, trapWithNumber } from './trap';

// The engine's imports about its process. A canister's process is the message: giving up means trapping it.

export function engine_assert_fail(
  condition: EnginePointer,
  _file: EnginePointer,
  _line: i32,
  _function: EnginePointer,
): void {
  trapWithBytes('Tabularium: an assertion of the SQLite engine failed: ', toHost(condition));
}

export function engine_abort_js(): void {
  trap('Tabularium: the SQLite engine aborted');
}

export function engine_proc_exit(code: i32): void {
  trapWithNumber('Tabularium: the SQLite engine exited with code ', code, '');
}

export function engine_emscripten_runtime_keepalive_clear(): void {}

/** The C library's own heap stays as small as the link made it; SQLite's memory does not come from there. */
export function engine_emscripten_resize_heap(_size: u32): i32 {
  return 0;
}

/**
 * Called by the guard in the engine's functions when its C stack grows into the reserve at its end. As long as that lasts the
 * engine goes on, but no memory is given to it, so that it gives up what it is doing.
 */
export function engine_stack_overflow(): void {
  if (emscripten_stack_get_current() - LOWEST_POINTER <= HIGHEST_POINTER - LOWEST_POINTER) {
    refuseMemory(Refusal.Nesting);
  } else {
    trap("Tabularium: the SQLite engine's stack overflowed, the SQL is nested too deeply");
  }
}

/** Bytes below the stack pointer that functions use without moving it. */
const RED_ZONE: EnginePointer = 128;
const LOWEST_POINTER: EnginePointer = ENGINE_STACK_LOW + RED_ZONE;
const HIGHEST_POINTER: EnginePointer = ENGINE_STACK_LOW + ENGINE_STACK_SIZE;
