import { IDL, update } from 'azle';
import { Database } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';

declare global {
  var _tabularium: NativeModule | undefined;
}

const SLOT = 120;
const FORK = 121;
const FORKING = 122;
const native = () => globalThis._tabularium!;

function withArchive<T>(memoryId: number, use: (db: Database) => T): T {
  const db = new Database(native(), { memoryId });
  try {
    return use(db);
  } finally {
    db.close();
  }
}

/** One change each, on the archive that `prepare` left. */
const STEPS: Record<string, () => unknown> = {
  'create a snapshot': () => native().createSnapshot(SLOT, 'another'),
  'restore a snapshot': () => native().restoreSnapshot(SLOT, 1, 'replaced'),
  'delete a snapshot': () => native().deleteSnapshot(SLOT, 1),
  'reclaim a deleted snapshot': () => native().reclaimImages(SLOT, 1_000),
  'begin an export': () => native().beginExport(SLOT, 60),
  'begin an export of a snapshot': () => native().beginExport(SLOT, 60, 1),
  'end an export': () => native().endExport(SLOT, 3),
  'begin a fork': () => native().beginFork(SLOT, FORK, 1),
  'continue a fork': () => native().continueFork(FORKING, 4),
  'finish a fork': () => native().continueFork(FORKING, 1_000),
  'cancel a fork': () => native().cancelFork(FORKING),
  'write what is shared': () =>
    withArchive(SLOT, (db) => db.exec("UPDATE t SET y = randomblob(900) WHERE typeof(y) = 'blob'")),
  'cut what is shared': () => withArchive(SLOT, (db) => db.exec('DELETE FROM t WHERE x > 1; VACUUM')),
};

/** Performs single steps on images, so that a test can disturb each. */
export default class {
  /** An archive with two snapshots (1, and 2 that is deleted), an export (3) and a fork under way. */
  @update([], IDL.Null)
  prepare(): null {
    const db = new Database(native(), { memoryId: SLOT, create: true });
    db.exec(`CREATE TABLE t(x INTEGER PRIMARY KEY, y); INSERT INTO t VALUES (1, 'kept');
      WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n LIMIT 40) INSERT INTO t SELECT i, randomblob(900) FROM n`);
    native().createSnapshot(SLOT, 'first');
    native().createSnapshot(SLOT, 'second');
    db.exec('UPDATE t SET y = randomblob(900) WHERE x BETWEEN 20 AND 30');
    native().beginExport(SLOT, 1_000);
    native().deleteSnapshot(SLOT, 2);
    db.close();
    native().beginFork(SLOT, FORKING, 1);
    native().continueFork(FORKING, 2);
    return null;
  }

  /** Empty when it was done, otherwise the code of the refusal. */
  @update([IDL.Text], IDL.Text)
  perform(step: string): string {
    try {
      STEPS[step]!();
      return '';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }

  /** What is wrong with the archive; empty when nothing is. */
  @update([], IDL.Text)
  examine(): string {
    return withArchive(SLOT, (db) => {
      const check = db.pragma('integrity_check', { simple: true });
      if (check !== 'ok') return String(check);
      return db.prepare('SELECT y FROM t WHERE x = 1').pluck().get() === 'kept' ? '' : 'a row is lost';
    });
  }
}
