import type { Budgets } from '../../catalog/archives/settings';
import { codeOf } from '../../catalog/error';
import { METHODS, type SqlMethod } from '../../src/candid';
import { nativeModule } from '../../src/database';
import type { NativeConnection } from '../../src/native/interface';
import { authorisedArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';

export const sqlMethods = {
  execute,
  batch,
  query,
  first,
  query_page: queryPage,
} satisfies Implementations;

// Native code answers these methods before the interpreter is entered (src/native/assembly/dispatch). What arrives here are the
// calls that it leaves to TypeScript: of archives that are in no state for them, or that do not open.

type Run = (connection: NativeConnection, budgets: Budgets) => void;

/** (archive, SQL, parameters, budgets): one message, one transaction. */
function execute(): void {
  run('execute', nativeModule().receiveRequest(), nativeModule().executeRequest);
}

/** (archive, statements, budgets): one message, one transaction, with a result for each statement. */
function batch(): void {
  run('batch', nativeModule().receiveBatchRequest(), nativeModule().executeRequest);
}

/** (archive, SQL, parameters, budgets): statements that only read. */
function query(): void {
  run('query', nativeModule().receiveRequest(), nativeModule().queryRequest);
}

/** (archive, SQL, parameters, budgets): the same, up to the first row. */
function first(): void {
  run('first', nativeModule().receiveRequest(), nativeModule().firstRequest);
}

/** (archive, SQL, parameters, cursor, rows, budgets): the same, a part at a time. */
function queryPage(): void {
  run('query_page', nativeModule().receivePageRequest(), nativeModule().queryRequest);
}

function run(method: SqlMethod, reference: string, request: Run): void {
  const native = nativeModule();
  const isUpdate = METHODS[method].kind === 'update';
  let slot: number | undefined;
  try {
    const archive = authorisedArchive(method, reference);
    slot = archive.slot;
    request(running().handles.open(slot), archive.limits.budgets);
  } catch (error) {
    const code = codeOf(error);
    // Errors without a code are no refusals: they trap the message.
    if (code !== undefined) native.countRefusal(slot, isUpdate, code);
    throw error;
  }
  native.countRequest(slot, isUpdate);
}
