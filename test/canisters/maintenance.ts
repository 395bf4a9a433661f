import { IDL, update } from 'azle';
import { type CheckKind, checkArchive, installFacade } from '../../src/database';
import type { NativeConnection, NativeModule } from '../../src/native/interface';

declare global {
  var _tabularium: NativeModule | undefined;
}

const SLOT = 120;
const ALL = 1_000_000;
const PAGE = 4096;
const ROWS = 120_000;
const MOVES = 500;

/** Step, instructions, and how many units (pages, bytes, buckets or calls) it treated. */
type Measurement = [string, bigint, bigint];

/** Measures the upkeep of an archive of about 16 MiB from inside of a canister. */
export default class {
  @update([], IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64, IDL.Nat64)))
  measure(): Measurement[] {
    const native = globalThis._tabularium!;
    installFacade(native);
    const measurements: Measurement[] = [];
    const step = (name: string, units: number, run: () => unknown): void => {
      const before = native.instructions();
      run();
      measurements.push([name, BigInt(native.instructions() - before), BigInt(units)]);
    };

    const connection = native.create(SLOT, 1);
    connection.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX i ON t (id % 1000)');
    step('insert a row', ROWS, () =>
      connection.exec(`WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ${ROWS})
        INSERT INTO t SELECT x, 'row ' || x || hex(zeroblob(50)) FROM n`),
    );
    const pages = native.slotSpace(SLOT)!.logicalSize / PAGE;

    this.checks(step, connection, pages);
    step('checksum, a byte', pages * PAGE, () => native.refreshChecksum(SLOT, ALL));
    connection.exec("UPDATE t SET v = 'new' WHERE id = 1");
    step('checksum, first call of many, with its pin', 1, () => native.refreshChecksum(SLOT, 1));
    native.cancelChecksum(SLOT, ALL);
    this.pageChecksums(step, native, connection, pages);

    const reopened = native.open(SLOT);
    // What the snapshot leaves free lies before all that was written since.
    const snapshot = native.createSnapshot(SLOT, 'before');
    reopened.exec("UPDATE t SET v = replace(v, 'row', 'ROW')");
    step('space report with a snapshot', 1, () => native.slotSpace(SLOT));
    native.deleteSnapshot(SLOT, snapshot);
    while (!native.reclaimImages(SLOT, ALL));
    step('space report', 1, () => native.slotSpace(SLOT));
    const { pagesFree, bucketsOwned } = native.slotSpace(SLOT)!;
    step('compaction, a page moved', pagesFree, () => {
      while (!native.compact(SLOT, MOVES).done);
    });
    reopened.close();
    const bucketsLeft = native.slotSpace(SLOT)!.bucketsOwned;
    measurements.push(['buckets that compaction returned', BigInt(bucketsOwned - bucketsLeft), 1n]);
    step('purge, a bucket', bucketsLeft, () => native.purgeSlot(SLOT, ALL));
    return measurements;
  }

  private checks(
    step: (name: string, units: number, run: () => unknown) => void,
    connection: NativeConnection,
    pages: number,
  ): void {
    for (const kind of ['integrity', 'quick', 'foreign-keys'] as CheckKind[]) {
      step(`${kind} check, a page`, pages, () => checkArchive(connection, { kind, instructionBudget: 20e9 }));
    }
  }

  private pageChecksums(
    step: (name: string, units: number, run: () => unknown) => void,
    native: NativeModule,
    connection: NativeConnection,
    pages: number,
  ): void {
    const update = "UPDATE t SET v = 'newer' || random() WHERE id = 60000";
    connection.exec(update);
    step('a single-row update', 20, () => {
      for (let n = 0; n < 20; n++) connection.exec(update);
    });
    connection.close();
    const plain = native.open(SLOT);
    step('a scan, a page', pages, () => plain.exec('SELECT sum(length(v)) FROM t'));
    plain.close();
    native.setPageChecksums(SLOT, true);
    step('switch page checksums on, a page', pages, () => native.continuePageChecksums(SLOT, ALL));
    step('verify page checksums, a page', pages, () => native.verifyPages(SLOT, 0, ALL));
    const checked = native.open(SLOT);
    step('a scan with page checksums, a page', pages, () => checked.exec('SELECT sum(length(v)) FROM t'));
    checked.exec(update);
    step('a single-row update with page checksums', 20, () => {
      for (let n = 0; n < 20; n++) checked.exec(update);
    });
    checked.close();
    native.setPageChecksums(SLOT, false);
    step('switch page checksums off, a page', pages, () => native.continuePageChecksums(SLOT, ALL));
  }
}
