import { IDL, update } from 'azle';
import { Database } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';

declare global {
  var _tabularium: NativeModule | undefined;
}

type Measurement = [string, bigint];

const SLOT = 120;
const FORK = 121;
const ROWS = 1_000;
const UPDATES = 20;
const CHUNK = 1_000_000;
const native = () => globalThis._tabularium!;

/** Measures snapshots, exports and forks from inside of a canister, where every instruction is metered. */
export default class {
  /** Makes an archive of a table of 1,000 rows. */
  @update([], IDL.Null)
  create(): null {
    const db = new Database(native(), { memoryId: SLOT, create: true });
    db.exec(`CREATE TABLE kv(key INTEGER PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE ballast(content BLOB);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${ROWS})
      INSERT INTO kv SELECT i, printf('value-%07d', i) FROM n`);
    db.close();
    return null;
  }

  /** Adds a number of bytes to the archive. */
  @update([IDL.Nat32], IDL.Null)
  grow(bytes: number): null {
    const db = new Database(native(), { memoryId: SLOT });
    db.prepare('INSERT INTO ballast VALUES (zeroblob(?))').run(bytes);
    db.close();
    return null;
  }

  @update([], IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64)))
  measure(): Measurement[] {
    const measurements: Measurement[] = [];
    const step = <T>(name: string, run: () => T): T => {
      const before = native().instructions();
      const result = run();
      measurements.push([name, BigInt(native().instructions() - before)]);
      return result;
    };
    const db = new Database(native(), { memoryId: SLOT });
    const change = db.prepare('UPDATE kv SET value = ?2 WHERE key = ?1');
    let version = 10_000;
    // Values of one length, so that no page is split; each another one, since the same again is not written.
    const changes = (name: string) =>
      step(name, () => {
        version++;
        for (let n = 0; n < UPDATES; n++) change.run(((n * 37) % ROWS) + 1, `again-00${version}`);
      });
    for (let key = 1; key <= ROWS; key += 10) change.run(key, 'warm-0000000');

    changes('updates without a snapshot');
    const id = step('first snapshot', () => native().createSnapshot(SLOT, 'first'));
    step('first update after a snapshot', () => change.run(500, 'first-000000'));
    step('second update after a snapshot', () => change.run(500, 'second-00000'));
    changes('updates with a snapshot, first touches of pages');
    changes('updates with a snapshot');
    step('second snapshot', () => native().createSnapshot(SLOT, 'second'));
    for (let n = 3; n <= 30; n++) native().createSnapshot(SLOT, `snapshot ${n}`);
    const pin = step('begin an export', () => native().beginExport(SLOT, 60));
    step('first update with 31 images', () => change.run(500, 'third-000000'));
    changes('updates with 31 images, first touches of pages');
    changes('updates with 31 images');
    step('list 30 snapshots', () => native().listSnapshots(SLOT));
    step('measure a snapshot', () => native().measureImage(SLOT, id, 0, 2 ** 31 - 1));
    step('read an export', () => native().readExport(SLOT, pin.id, 0, CHUNK));
    step('end an export', () => native().endExport(SLOT, pin.id));
    step('delete a snapshot', () => native().deleteSnapshot(SLOT, id));
    step('reclaim all', () => native().reclaimImages(SLOT, 2 ** 31 - 1));
    step('begin a fork', () => native().beginFork(SLOT, FORK, 1));
    step('copy 1,000 pages of a fork', () => native().continueFork(FORK, 1_000));
    native().cancelFork(FORK);
    db.close();
    step('restore a snapshot', () => native().restoreSnapshot(SLOT, id + 1, 'replaced'));
    return measurements;
  }
}
