import { IDL } from '@dfinity/candid';
import { describe, expect, it } from 'vitest';
import { type CandidExecution, type CandidResult, IdlTypes, METHODS } from '../../src/candid';
import { Database } from '../../src/database';
import { BufferStableMemory, NativeTrap } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

const { parameters: REQUEST, result: RESULT } = new IdlTypes<IDL.Type>(IDL).ofMethod(METHODS.execute);

describe('functions of SQL that a message reaches', () => {
  const prepare = async () => {
    const host = await startHost();
    const connection = host.native.create(120, 0);
    const db = new Database(host.native, { connection });
    db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1), (2)');
    const send = (sql: string): CandidResult<CandidExecution> => {
      const argument = IDL.encode(REQUEST, ['archive', sql, [], []]);
      const reply = host.message({ argument }, () => {
        host.native.receiveRequest();
        host.native.executeRequest(connection, {});
      });
      return IDL.decode([RESULT], reply!)[0] as unknown as CandidResult<CandidExecution>;
    };
    return { host, connection, db, send };
  };

  it('answer it, and what they throw is an error of SQL', async () => {
    const { db, send } = await prepare();
    db.function('double', (x: number) => x * 2);
    expect(send('SELECT double(x) FROM t')).toMatchObject({
      ok: { rows: [[{ Integer: 2n }], [{ Integer: 4n }]] },
    });
    db.function('fail', () => {
      throw new Error('it does not work');
    });
    const error = { code: 'SQLITE_ERROR', message: 'it does not work', extended_code: [1] };
    expect(send('INSERT INTO t VALUES (3); SELECT fail()')).toMatchObject({ err: error });
    expect(db.one('SELECT count(*) AS n, sum(double(x)) AS s FROM t')).toEqual({ n: 2, s: 6 });
  });

  it('cannot answer it themselves, nor close what it runs on', async () => {
    const { host, connection, db, send } = await prepare();
    const other = host.native.create(121, 0);
    const refused: unknown[] = [];
    db.function('meddle', () => {
      for (const act of [
        () => db.close(),
        () => host.native.executeRequest(connection, {}),
        () => host.native.executeRequest(other, {}),
        () => host.native.receiveRequest(),
        () => host.native.receive('text'),
      ]) {
        refused.push(thrownBy(act));
      }
      return 1;
    });
    expect(send('SELECT meddle()')).toMatchObject({ ok: { rows: [[{ Integer: 1n }]] } });
    expect(refused.map((error) => error instanceof TypeError)).toEqual(Array(5).fill(true));
  });
});

/** Traps at the first write after it was told to. */
class FailingMemory extends BufferStableMemory {
  fails = false;

  override write(offset: number, bytes: Uint8Array): void {
    if (this.fails) throw new NativeTrap('a fault before the write');
    super.write(offset, bytes);
  }
}

describe('a trap', () => {
  it('inside of a function ends the host, as a message ends: no code handles it', async () => {
    const stableMemory = new FailingMemory();
    const host = await startHost({ stableMemory });
    const db = new Database(host.native, { memoryId: 120, create: true });
    const other = new Database(host.native, { memoryId: 121, create: true });
    other.exec('CREATE TABLE t (x)');
    let caught: unknown;
    db.function('store', () => {
      stableMemory.fails = true;
      try {
        return other.prepare('INSERT INTO t VALUES (1)').run().changes;
      } catch (error) {
        caught = error;
        return 0;
      }
    });
    expect(thrownBy(() => db.prepare('SELECT store()').get())).toBeInstanceOf(NativeTrap);
    expect(caught).toBeInstanceOf(NativeTrap);
    expect(host.trapped).toBe(true);
  });
});
