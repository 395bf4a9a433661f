import type { CandidExecution, CandidMeta } from '../candid';
import { type ClientValue, fromCandidValue } from './values';

/** One row, by column name. */
export type ClientRow = Record<string, ClientValue>;

/** What a statement took and did; docs/SQL.md says what exactly is counted. */
export interface ClientMeta {
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly changes: number;
  readonly lastRowId: number | bigint;
  /** Of the canister. */
  readonly instructions: number;
  /** Bytes of the archive's image. */
  readonly sizeAfter: number;
  readonly transactionId: number;
  /** The statement was ended before its last row, because no more were asked for. */
  readonly truncated: boolean;
}

/** What a statement answered and did. `Row` is what its rows are taken for; nothing checks it. */
export interface ClientResult<Row = ClientRow> {
  /** By column name: of columns with one name, the last. */
  readonly rows: Row[];
  /** The rows as arrays, in the order of `columns`. */
  readonly values: ClientValue[][];
  readonly columns: string[];
  readonly changes: number;
  readonly lastInsertRowid: number | bigint;
  readonly meta: ClientMeta;
}

export function toResult<Row = ClientRow>({ columns, rows, meta }: CandidExecution): ClientResult<Row> {
  const clientMeta = toMeta(meta);
  const values = rows.map((row) => row.map(fromCandidValue));
  return {
    columns,
    rows: values.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value])) as Row),
    values,
    changes: clientMeta.changes,
    lastInsertRowid: clientMeta.lastRowId,
    meta: clientMeta,
  };
}

function toMeta(meta: CandidMeta): ClientMeta {
  return {
    rowsRead: Number(meta.rows_read),
    rowsWritten: Number(meta.rows_written),
    changes: Number(meta.changes),
    lastRowId: fromCandidValue({ Integer: meta.last_row_id }) as number | bigint,
    instructions: Number(meta.instructions),
    sizeAfter: Number(meta.size_after),
    transactionId: Number(meta.transaction_id),
    truncated: meta.truncated,
  };
}
