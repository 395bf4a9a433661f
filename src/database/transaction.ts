import type { NativeConnection, TransactionMode } from '../native/interface';

/** A function that runs in a transaction, with a variant for each way to begin one. Called plainly it is `deferred`. */
export interface TransactionFunction<Parameters extends unknown[], Result> {
  (...parameters: Parameters): Result;
  deferred(...parameters: Parameters): Result;
  immediate(...parameters: Parameters): Result;
  exclusive(...parameters: Parameters): Result;
}

const BEGIN_NESTED = 'SAVEPOINT "_tabularium_transaction"';
const COMMIT_NESTED = 'RELEASE "_tabularium_transaction"';
const ROLLBACK_NESTED = `ROLLBACK TO "_tabularium_transaction"; ${COMMIT_NESTED}`;

/**
 * Wraps a function so that what it does becomes a whole: committed when it returns, rolled back when it throws. Inside
 * another transaction it is a savepoint, of which only the function's own part is undone.
 */
export function transactionOf<Parameters extends unknown[], Result>(
  connection: NativeConnection,
  run: (...parameters: Parameters) => Result,
): TransactionFunction<Parameters, Result> {
  const inMode = (mode: TransactionMode) =>
    function (this: unknown, ...parameters: Parameters): Result {
      const nested = connection.inTransaction();
      if (nested) connection.exec(BEGIN_NESTED);
      else connection.begin(mode);
      try {
        const result = run.apply(this, parameters);
        if (isThenable(result)) throw new TypeError('Transaction function cannot return a promise');
        if (nested) connection.exec(COMMIT_NESTED);
        else connection.commit();
        return result;
      } catch (error) {
        undo(connection, nested);
        throw error;
      }
    };
  return Object.assign(inMode('deferred'), {
    deferred: inMode('deferred'),
    immediate: inMode('immediate'),
    exclusive: inMode('exclusive'),
  });
}

/** Some errors (a full memory, RAISE(ROLLBACK)) make SQLite itself end the transaction, and every savepoint with it. */
function undo(connection: NativeConnection, nested: boolean): void {
  if (!nested) connection.rollback();
  else if (connection.inTransaction()) connection.exec(ROLLBACK_NESTED);
}

/**
 * A transaction never crosses an await: other messages would run inside of it, and the IC makes durable what was done
 * before it.
 */
function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
