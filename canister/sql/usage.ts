import { time } from 'azle';
import { METHODS } from '../../catalog/access/method-table';
import { nativeModule } from '../../src/database';
import { codeOf } from '../service/error';
import { running } from '../service/service';

type CountedMethod = 'execute' | 'batch' | 'query' | 'first' | 'query_page';

/** Counts a request that was run and answered; one that a single node answers cannot be counted. */
export function countRequest(method: CountedMethod, generation: number): void {
  const outcome = nativeModule().requestOutcome();
  if (outcome === undefined) {
    return;
  }
  const { code, rowsRead, rowsWritten } = outcome;
  const { kind } = METHODS[method];
  const instructions = nativeModule().instructions();
  running().usage.record(generation, {
    kind,
    rowsRead,
    rowsWritten,
    instructions,
    errorCode: code,
    at: time(),
  });
}

/** Does what may be refused before the request is run, and counts a refusal. */
export function countRefusal<T>(method: CountedMethod, action: () => T, generation?: number): T {
  try {
    return action();
  } catch (error) {
    const errorCode = codeOf(error);
    if (errorCode !== undefined) {
      const instructions = nativeModule().instructions();
      const { kind } = METHODS[method];
      const nothing = { rowsRead: 0, rowsWritten: 0 };
      running().usage.record(generation, { ...nothing, kind, instructions, errorCode, at: time() });
    }
    throw error;
  }
}
