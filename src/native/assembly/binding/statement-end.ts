// The end of an execution and of a statement. What the engine tidies up then includes aggregations that never came to their
// result, and no JavaScript may run for those.

import { EnginePointer } from '../externals/addresses';
import { sqlite3_finalize, sqlite3_reset } from '../externals/engine-statements';

let ending = false;

/** Whether the engine ends a statement just now. */
export function isEndingStatement(): bool {
  return ending;
}

/** The result code of the whole execution. */
export function endExecution(statement: EnginePointer): i32 {
  ending = true;
  const code = sqlite3_reset(statement);
  ending = false;
  return code;
}

/** The same of one that is not run again. */
export function endStatement(statement: EnginePointer): i32 {
  ending = true;
  const code = sqlite3_finalize(statement);
  ending = false;
  return code;
}
