import type { NativeConnection, TransactionMode } from '../native/interface';

/** A function that runs in a transaction, with a variant for each way to begin one. Called plainly it is `deferred`. */
export interface TransactionFunction<Parameters extends unknown[], Result> {
  (...parameters: Parameters): Result;
  deferred(...parameters: Parameters): Result;
  immediate(...parameters: Parameters): Result;
  exclusive(...parameters: Parameters): Result;
}

const SAVEPOINT = '"_tabularium_transaction"';

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
      const call = () => synchronous(run.apply(this, parameters));
      return connection.inTransaction() ? nested(connection, call) : outermost(connection, mode, call);
    };
  return Object.assign(inMode('deferred'), {
    deferred: inMode('deferred'),
    immediate: inMode('immediate'),
    exclusive: inMode('exclusive'),
  });
}

function outermost<Result>(connection: NativeConnection, mode: TransactionMode, call: () => Result): Result {
  connection.begin(mode);
  try {
    const result = call();
    connection.commit();
    return result;
  } catch (error) {
    connection.rollback();
    throw error;
  }
}

function nested<Result>(connection: NativeConnection, call: () => Result): Result {
  connection.exec(`SAVEPOINT ${SAVEPOINT}`);
  try {
    const result = call();
    connection.exec(`RELEASE ${SAVEPOINT}`);
    return result;
  } catch (error) {
    // Some errors (a full memory, RAISE(ROLLBACK)) make SQLite end the whole transaction, and the savepoint with it.
    if (connection.inTransaction()) connection.exec(`ROLLBACK TO ${SAVEPOINT}; RELEASE ${SAVEPOINT}`);
    throw error;
  }
}

/**
 * A transaction never crosses an await: other messages would run inside of it, and the IC makes durable what was done
 * before it.
 */
function synchronous<Result>(result: Result): Result {
  if (isThenable(result)) throw new TypeError('Transaction function cannot return a promise');
  return result;
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
