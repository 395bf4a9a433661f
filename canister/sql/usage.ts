import { time } from 'azle';
import { codeOf } from '../../catalog/error';
import { METHODS, type SqlMethod } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { running } from '../service/service';

/** Counts a request that was run and answered; one that a single node answers cannot be counted. */
export function countRequest(method: SqlMethod, generation: number): void {
  const native = nativeModule();
  const outcome = native.requestOutcome();
  if (outcome === undefined) {
    return;
  }
  const { code, rowsRead, rowsWritten, instructions } = outcome;
  running().usage.record(generation, {
    kind: METHODS[method].kind,
    rowsRead,
    rowsWritten,
    instructions,
    errorCode: code,
    // A big integer costs interpreted JavaScript tens of thousands of instructions, so nobody asks for one in vain.
    writtenAt: rowsWritten > 0 ? time() : undefined,
  });
}

/**
 * Counts a request that was refused before it was run. Errors without a code are no refusals: they trap the message.
 *
 * @param generation of the archive, once it was found
 */
export function countRefusal(method: SqlMethod, error: unknown, generation: number | undefined): void {
  const errorCode = codeOf(error);
  if (errorCode !== undefined) {
    running().usage.record(generation, {
      kind: METHODS[method].kind,
      rowsRead: 0,
      rowsWritten: 0,
      instructions: nativeModule().instructions(),
      errorCode,
      writtenAt: undefined,
    });
  }
}
