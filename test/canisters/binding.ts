import { IDL, update } from 'azle';
import { Database } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';
import { playScenario } from './scenario';

declare global {
  var _tabularium: NativeModule | undefined;
}

/** Plays the scenario in QuickJS, and works hard enough for leaks to show. */
export default class {
  @update([IDL.Nat8], IDL.Text)
  play(memoryId: number): string {
    return JSON.stringify(playScenario(globalThis._tabularium!, memoryId));
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
      try {
        db.prepare('SELECT nowhere');
      } catch {
        failures++;
      }
    }
    return failures;
  }
}
