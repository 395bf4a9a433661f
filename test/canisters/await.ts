// Transactions and promises: what may be awaited inside of one, and what may not.

import { call, IDL, query, setTimer, update } from 'azle';
import { Database, nativeModule } from '../../src/database';

let opened: Database | undefined;

function db(): Database {
  if (opened) return opened;
  const native = nativeModule();
  const create = native.describeSlot(120) === undefined;
  opened = new Database(native, { memoryId: 120, create });
  opened.exec('CREATE TABLE IF NOT EXISTS t (a)');
  return opened;
}

function insert(text: string): void {
  db().query('INSERT INTO t VALUES (?)').run(text);
}

export default class {
  @update([])
  async awaitsOwnPromises(): Promise<void> {
    db().exec('BEGIN');
    for (const text of ['one', 'two']) {
      await Promise.resolve();
      insert(text);
    }
    await Promise.all([Promise.resolve(), new Promise<void>((resolve) => resolve())]);
    db().exec('COMMIT');
  }

  @update([IDL.Text])
  async awaitsCall(self: string): Promise<void> {
    db().exec('BEGIN');
    insert('before the call');
    await call(self, 'countUp', { paramIdlTypes: [], returnIdlType: IDL.Nat32 });
    db().exec('COMMIT');
  }

  @update([IDL.Text])
  async commitsBeforeCall(self: string): Promise<void> {
    db().transaction(() => insert('before the call'))();
    await call(self, 'countUp', { paramIdlTypes: [], returnIdlType: IDL.Nat32 });
    insert('after the call');
  }

  @update([])
  async awaitsTimer(): Promise<void> {
    db().exec('SAVEPOINT open');
    await new Promise<void>((resolve) => void setTimer(0, resolve));
    db().exec('RELEASE open');
  }

  @update([])
  forgetsToCommit(): void {
    db().exec('BEGIN');
    insert('never committed');
  }

  @update([], IDL.Nat32)
  countUp(): number {
    insert('counted');
    return 1;
  }

  @update([])
  clear(): void {
    db().exec('DELETE FROM t');
  }

  @query([], IDL.Vec(IDL.Text))
  texts(): string[] {
    return db().prepare<string>('SELECT a FROM t').pluck().all();
  }
}
