import { IDL, update } from 'azle';
import { Database, HandlePool } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';
import { playScenario } from './scenario';

declare global {
  var _tabularium: NativeModule | undefined;
}

let pool: HandlePool | undefined;

/** Plays the scenario in QuickJS, and works hard enough for leaks to show. */
export default class {
  @update([IDL.Nat8], IDL.Text)
  play(memoryId: number): string {
    return JSON.stringify(playScenario(globalThis._tabularium!, memoryId));
  }

  /** Reads by a text that stays the same, and returns the instructions it took. */
  @update([IDL.Nat8], IDL.Nat64)
  readCached(memoryId: number): bigint {
    const native = globalThis._tabularium!;
    pool ??= new HandlePool(native);
    const before = native.instructions();
    pool.database(memoryId).query('SELECT count(*), max(id), min(id) FROM t WHERE id > ?').raw().all(0);
    return BigInt(native.instructions() - before);
  }

  /** Makes statements, rows, blobs, errors and objects that nobody keeps. Statements are never finalized by hand. */
  @update([IDL.Nat8, IDL.Nat32], IDL.Nat32)
  work(memoryId: number, rounds: number): number {
    const native = globalThis._tabularium!;
    using db = new Database(native, { memoryId, create: native.describeSlot(memoryId) === undefined });
    let failures = 0;
    for (let round = 0; round < rounds; round++) {
      const statement = db.prepare(
        'SELECT ? AS a, ? AS b, zeroblob(5000) AS c, 1 AS d UNION ALL SELECT 2, 3, 4, 5',
      );
      statement.all(`text ${round}`, new Uint8Array(1000));
      statement.raw().all('ä', 2n ** 60n);
      db.function('f', (text: string) => `${text}!`);
      db.aggregate('g', {
        start: () => [] as unknown[],
        step: (list: unknown[], x: unknown) => void list.push(x),
        result: (list) => list.length,
      });
      db.query(`SELECT f('text'), g(value) FROM json_each('[1,2,3]') WHERE value <> ${round % 100}`).get();
      try {
        db.prepare('SELECT nowhere');
      } catch {
        failures++;
      }
    }
    return failures;
  }
}
