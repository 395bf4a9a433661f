import type { Budgets } from '../../catalog/archives/settings';
import type { SqlMethod } from '../../src/candid';
import { nativeModule } from '../../src/database';
import type { NativeConnection } from '../../src/native/interface';
import { authorisedArchive } from '../service/governed';
import type { Implementations } from '../service/methods';
import { running } from '../service/service';
import { countRefusal, countRequest } from './usage';

export const sqlMethods = {
  execute,
  batch,
  query,
  first,
  query_page: queryPage,
} satisfies Implementations;

// Arguments are decoded, run and answered natively; what is decided here is whose archive it is.

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
  let generation: number | undefined;
  try {
    const archive = authorisedArchive(method, reference);
    generation = archive.generation;
    request(running().handles.open(archive.slot), archive.limits.budgets);
  } catch (error) {
    countRefusal(method, error, generation);
    throw error;
  }
  countRequest(method, generation);
}
