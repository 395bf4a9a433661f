import type { CandidExecution, CandidResult, CandidValue, TabulariumService } from '../../src/candid';
import type { SqlValue } from '../../src/database';
import { EngineFailure, type SqlEngine } from './engine';

/** The canister over the wire: `execute` for statements, `query` for queries. */
export class CanisterEngine implements SqlEngine {
  constructor(
    private readonly service: TabulariumService,
    private readonly archive: string,
  ) {}

  async run(sql: string): Promise<number> {
    const { meta } = answerOf(await this.service.execute(this.archive, withoutTemporary(sql), [], []));
    return Number(meta.changes);
  }

  async all(sql: string): Promise<SqlValue[][]> {
    const { rows } = answerOf(await this.service.query(this.archive, sql, [], []));
    return rows.map((row) => row.map(toSqlValue));
  }
}

/** The canister refuses objects that end with a connection, which no message owns; a script's are made to stay. */
function withoutTemporary(sql: string): string {
  return sql.replace(/^CREATE\s+TEMP(ORARY)?\s+/i, 'CREATE ');
}

/** Refusals that SQLite did not make are no answers to SQL. */
function answerOf(result: CandidResult<CandidExecution>): CandidExecution {
  if ('ok' in result) return result.ok;
  const { code, message } = result.err;
  const failure = `${code}: ${message}`;
  throw code.startsWith('SQLITE_') ? new Error(failure) : new EngineFailure(failure);
}

function toSqlValue(value: CandidValue): SqlValue {
  if ('Integer' in value) return value.Integer;
  if ('Real' in value) return value.Real;
  if ('Text' in value) return value.Text;
  return 'Blob' in value ? Uint8Array.from(value.Blob) : null;
}
