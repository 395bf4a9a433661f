import { IDL, query, update } from 'azle';
import { Database, nativeModule } from '../../database';
import type { ArgumentSlice } from '../../native/interface';

/** Instructions by name of the step. */
type Measurement = [string, bigint];

const MEASUREMENTS = IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64));
const SLOT = IDL.Nat32;
const PAGES = IDL.Nat32;
const NAME_LENGTH = 'value-0000000'.length;
const IDLE_SECONDS = 86_400;
const READ = 'SELECT name FROM item WHERE id = ?1';

/** Places all over a table of so many rows: the golden ratio spreads them evenly. */
const place = (n: number, rows: number) => 1 + ((Math.imul(n, 0x9e3779b1) >>> 0) % rows);

function using<T>(slot: number, use: (db: Database) => T): T {
  const db = new Database(nativeModule(), { memoryId: slot });
  try {
    return use(db);
  } finally {
    db.close();
  }
}

/**
 * One method for each operation on an archive's storage, so that a replica can measure each by itself. Rows have a name of
 * 13 bytes and a body of about 1,000, so that four of them fill a page.
 */
export default class {
  @update([SLOT], IDL.Null)
  create(slot: number): null {
    new Database(nativeModule(), { memoryId: slot, create: true })
      .exec('CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT NOT NULL, body BLOB)')
      .close();
    return null;
  }

  /** Adds rows behind those that are there. */
  @update([SLOT, IDL.Nat32], IDL.Null)
  fill(slot: number, rows: number): null {
    using(slot, (db) =>
      db
        .prepare(
          `WITH RECURSIVE n(i) AS (SELECT ifnull(max(id), 0) + 1 FROM item UNION ALL SELECT i + 1 FROM n LIMIT ?1)
           INSERT INTO item SELECT i, printf('value-%07d', i), zeroblob(950) || randomblob(20) FROM n`,
        )
        .run(rows),
    );
    return null;
  }

  /** Reads single rows and updates others, each update a transaction, at places all over the table. */
  @update([SLOT, IDL.Nat32, IDL.Nat32, IDL.Nat32], MEASUREMENTS)
  rows(slot: number, rows: number, times: number, version: number): Measurement[] {
    return using(slot, (db) => {
      const measured: Measurement[] = [];
      const step = (kind: string, run: () => unknown): void => {
        const before = nativeModule().instructions();
        run();
        measured.push([kind, BigInt(nativeModule().instructions() - before)]);
      };
      const read = db.prepare<string>(READ).pluck();
      const change = db.prepare('UPDATE item SET name = ?2 WHERE id = ?1');
      // As long as the one before, so that no page is split, and another one, since the same again is not written.
      const name = (n: number) => `v${String(version * times + n).padStart(NAME_LENGTH - 1, '0')}`;
      read.get(1);
      change.run(1, name(0));
      for (let n = 1; n <= times; n++) step('read', () => read.get(place(n, rows)));
      for (let n = 1; n <= times; n++) step('update', () => change.run(place(n, rows), name(n)));
      return measured;
    });
  }

  /** Only reads, so that what the message reads of stable memory is theirs. */
  @update([SLOT, IDL.Nat32, IDL.Nat32], IDL.Null)
  reads(slot: number, rows: number, times: number): null {
    return using(slot, (db) => {
      const read = db.prepare<string>(READ).pluck();
      for (let n = 1; n <= times; n++) read.get(place(n, rows));
      return null;
    });
  }

  /**
   * Makes values of a new table of short rows longer one by one, so that its pages are split: after a snapshot, so that all of
   * them are shared and must be copied, or without one.
   */
  @update([SLOT, IDL.Nat32, IDL.Bool], MEASUREMENTS)
  splits(slot: number, rows: number, isKept: boolean): Measurement[] {
    return using(slot, (db) => {
      db.exec(
        `CREATE TABLE short(id INTEGER PRIMARY KEY, value TEXT NOT NULL);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${rows}) INSERT INTO short SELECT i, 'short' FROM n`,
      );
      if (isKept) nativeModule().createSnapshot(slot, 'before the splits');
      const change = db.prepare('UPDATE short SET value = ?2 WHERE id = ?1');
      const measured: Measurement[] = [];
      for (let n = 1; n <= rows; n++) {
        const before = nativeModule().instructions();
        change.run(place(n, rows), `a value that is no longer short, in row ${n}`);
        measured.push(['update', BigInt(nativeModule().instructions() - before)]);
      }
      return measured;
    });
  }

  @query([SLOT], IDL.Nat64)
  size(slot: number): bigint {
    return BigInt(nativeModule().describeSlot(slot)!.logicalSize);
  }

  /** Number of the snapshot, and instructions. */
  @update([SLOT, IDL.Text], IDL.Tuple(IDL.Nat64, IDL.Nat64))
  create_snapshot(slot: number, name: string): [bigint, bigint] {
    const before = nativeModule().instructions();
    const snapshot = nativeModule().createSnapshot(slot, name);
    return [BigInt(snapshot), BigInt(nativeModule().instructions() - before)];
  }

  @update([SLOT, IDL.Nat64], IDL.Null)
  delete_snapshot(slot: number, snapshot: bigint): null {
    nativeModule().deleteSnapshot(slot, Number(snapshot));
    return null;
  }

  @update([SLOT, PAGES], IDL.Bool)
  reclaim_images(slot: number, pages: number): boolean {
    return nativeModule().reclaimImages(slot, pages);
  }

  @update([SLOT, PAGES], IDL.Bool)
  compact(slot: number, pages: number): boolean {
    return nativeModule().compact(slot, pages).done;
  }

  @update([SLOT, PAGES], IDL.Bool)
  refresh_checksum(slot: number, pages: number): boolean {
    return nativeModule().refreshChecksum(slot, pages).done;
  }

  @update([SLOT], IDL.Nat64)
  begin_export(slot: number): bigint {
    return BigInt(nativeModule().beginExport(slot, IDLE_SECONDS).id);
  }

  /** (slot, token, offset, length) */
  @query([SLOT, IDL.Nat64, IDL.Nat64, IDL.Nat32], IDL.Variant({ ok: IDL.Vec(IDL.Nat8) }), { manual: true })
  export_chunk(): void {
    const [slot, token, offset, length] = nativeModule().receive(
      'nat32',
      'nat64',
      'nat64',
      'nat32',
    ) as number[];
    nativeModule().replyExportChunk(slot!, token!, offset!, length!);
  }

  @update([SLOT, IDL.Nat64], IDL.Null)
  end_export(slot: number, token: bigint): null {
    nativeModule().endExport(slot, Number(token));
    return null;
  }

  /** @param digest SHA-256 of the image, or nothing where it is not to be hashed */
  @update([SLOT, IDL.Nat64, IDL.Vec(IDL.Nat8)], IDL.Nat64)
  begin_import(slot: number, size: bigint, digest: Uint8Array): bigint {
    const expected = digest.length === 0 ? undefined : digest;
    return BigInt(nativeModule().beginImport(slot, Number(size), IDLE_SECONDS, expected));
  }

  /** (slot, session, offset, bytes) */
  @update([SLOT, IDL.Nat64, IDL.Nat64, IDL.Vec(IDL.Nat8)], IDL.Variant({ ok: IDL.Null }), { manual: true })
  import_chunk(): void {
    const [slot, session, offset, chunk] = nativeModule().receive('nat32', 'nat64', 'nat64', 'blob') as [
      number,
      number,
      number,
      ArgumentSlice,
    ];
    nativeModule().writeImportChunk(slot, session, offset, chunk);
    nativeModule().replyNull();
  }

  /** Phase and check. */
  @update([SLOT, IDL.Nat64, IDL.Nat64], IDL.Tuple(IDL.Text, IDL.Text))
  verify_import(slot: number, session: bigint, instructions: bigint): [string, string] {
    const { phase, check } = nativeModule().verifyImport(slot, Number(session), Number(instructions));
    return [phase, check];
  }

  @update([SLOT, IDL.Nat64], IDL.Null)
  switch_import(slot: number, session: bigint): null {
    nativeModule().switchImport(slot, Number(session));
    return null;
  }

  @update([SLOT, PAGES], IDL.Bool)
  reclaim_import(slot: number, pages: number): boolean {
    return nativeModule().reclaimImport(slot, pages);
  }
}
