import { IDL, query, update } from 'azle';
import { Database } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';

declare global {
  var _tabularium: NativeModule | undefined;
}

const SOURCE = 120;
const CHUNK = 1 << 20;
const NO_LIMIT = 1e15;

/** Instructions by name of the step. */
type Measurement = [string, bigint];

const native = () => globalThis._tabularium!;
const sourceSize = () => native().describeSlot(SOURCE)!.logicalSize;

/** Measures imports from inside of a canister, as calls of its own would meet them. */
export default class {
  @update([IDL.Nat32])
  fill(rows: number): void {
    new Database(native(), { memoryId: SOURCE, create: true })
      .exec(
        `CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, body TEXT); CREATE INDEX item_name ON item (name);
         WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT ${rows})
         INSERT INTO item SELECT x, 'name ' || (x * 7919), hex(randomblob(100)) FROM n`,
      )
      .close();
  }

  @query([], IDL.Nat32)
  size(): number {
    return sourceSize();
  }

  @query([IDL.Nat32, IDL.Nat32], IDL.Vec(IDL.Nat8))
  read(offset: number, length: number): Uint8Array {
    return native().readImage(SOURCE, offset, length);
  }

  /** Imports the filled archive into another slot; with a digest, it is hashed. */
  @update([IDL.Nat8, IDL.Vec(IDL.Nat8)], IDL.Vec(IDL.Tuple(IDL.Text, IDL.Nat64)))
  measure(target: number, digest: Uint8Array): Measurement[] {
    const measured: Measurement[] = [];
    const step = <T>(name: string, run: () => T): T => {
      const before = native().instructions();
      const result = run();
      measured.push([name, BigInt(native().instructions() - before)]);
      return result;
    };
    native().create(target, 0).close();
    const size = sourceSize();
    const session = step('begin', () =>
      native().beginImport(target, size, 3600, digest.length === 0 ? undefined : digest),
    );
    for (let offset = 0; offset < size; offset += CHUNK) {
      const chunk = native().readImage(SOURCE, offset, CHUNK);
      step('chunk', () => native().writeImportChunk(target, session, offset, chunk));
      step('chunk again', () => native().writeImportChunk(target, session, offset, chunk));
    }
    step('missing ranges', () => native().missingImportRanges(target, session, 0, 10));
    step('verify', () => native().verifyImport(target, session, NO_LIMIT));
    step('switch', () => native().switchImport(target, session));
    return measured;
  }
}
