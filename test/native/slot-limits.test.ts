import { describe, expect, it } from 'vitest';
import { Database, type SqliteError } from '../../src/database';
import { startHost, thrownBy } from '../support/native-host';

const SLOT = 120;
const ROW = 'INSERT INTO t VALUES (randomblob(100000))';

async function filled() {
  const { native } = await startHost();
  const db = new Database(native, { memoryId: SLOT, create: true });
  db.exec('CREATE TABLE t(x)');
  for (let n = 0; n < 4; n++) db.exec(ROW);
  return { native, db, rows: () => db.prepare<number>('SELECT count(*) FROM t').pluck().get() };
}

const code = (run: () => unknown) => (thrownBy(run) as SqliteError).code;

describe('a size limit', () => {
  it('refuses what would leave the image larger, and nothing else', async () => {
    const { native, db, rows } = await filled();
    const before = native.describeSlot(SLOT)!;
    native.limitSlot(SLOT, before.logicalSize + 50_000, 0);
    const error = thrownBy(() => db.exec(ROW)) as SqliteError;
    expect(error.code).toBe('SIZE_LIMIT_EXCEEDED');
    expect(error.message).toMatch(
      new RegExp(`may have ${before.logicalSize + 50_000} bytes and would have \\d+.*VACUUM`),
    );
    expect(native.describeSlot(SLOT)).toEqual(before);
    expect(rows()).toBe(4);
    db.exec('UPDATE t SET x = randomblob(100000) WHERE rowid = 1');
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('below the present size lets rows be deleted and the image shrink', async () => {
    const { native, db } = await filled();
    native.limitSlot(SLOT, 200_000, 0);
    expect(code(() => db.exec(ROW))).toBe('SIZE_LIMIT_EXCEEDED');
    db.exec('DELETE FROM t WHERE rowid > 1');
    db.exec('VACUUM');
    expect(native.describeSlot(SLOT)!.logicalSize).toBeLessThan(200_000);
    expect(code(() => db.exec(`${ROW}`))).toBe('SIZE_LIMIT_EXCEEDED');
    native.limitSlot(SLOT, 0, 0);
    db.exec(ROW);
  });
});

describe('a bucket budget', () => {
  it('refuses growth of the slot by SQL and by an import, with nothing changed', async () => {
    const { native, db, rows } = await filled();
    const owned = native.slotSpace(SLOT)!.bucketsOwned;
    native.limitSlot(SLOT, 0, owned);
    const message = (thrownBy(() => db.exec('INSERT INTO t VALUES (randomblob(1500000))')) as SqliteError)
      .message;
    expect(message).toMatch(new RegExp(`may own ${owned} buckets and would own \\d+`));
    expect(rows()).toBe(4);
    const session = native.beginImport(SLOT, 1_900_000, 60);
    const chunk = () => native.writeImportChunk(SLOT, session, 0, new Uint8Array(1_900_000));
    expect(code(chunk)).toBe('BUCKET_BUDGET_EXCEEDED');
    expect(native.slotSpace(SLOT)!.bucketsOwned).toBe(owned);
    native.limitSlot(SLOT, 0, owned + 20);
    chunk();
    expect(native.slotSpace(SLOT)!.bucketsOwned).toBeGreaterThan(owned);
  });

  it('is no other slot’s', async () => {
    const { native } = await filled();
    native.limitSlot(SLOT, 1, 1);
    const other = new Database(native, { memoryId: 5, create: true });
    other.exec('CREATE TABLE t(x)');
    other.exec(ROW);
    expect(native.describeSlot(5)!.logicalSize).toBeGreaterThan(100_000);
  });
});

it('an archive takes another generation and keeps its content', async () => {
  const { native, rows } = await filled();
  const before = native.describeSlot(SLOT)!;
  native.claimSlot(SLOT, 77);
  expect(native.describeSlot(SLOT)).toEqual({ ...before, generation: 77 });
  expect(rows()).toBe(4);
});
