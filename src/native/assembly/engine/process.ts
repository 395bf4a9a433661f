import { EnginePointer, toHost } from '../externals/addresses';
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

/** The heap is the arena. Refused, SQLite reports SQLITE_NOMEM. */
export function engine_emscripten_resize_heap(_size: u32): i32 {
  return 0;
}

/** Called by the guard in the engine's functions when its C stack would leave its place. */
export function engine_stack_overflow(): void {
  trap("Tabularium: the SQLite engine's stack overflowed, the SQL is nested too deeply");
}
