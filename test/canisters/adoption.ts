import { IDL, query, update } from 'azle';
import { Database } from '../../src/database';
import { installFacade } from '../../src/database/install';
import type { NativeModule } from '../../src/native/interface';

declare global {
  var _tabularium: NativeModule | undefined;
}

const Cost = IDL.Nat64;

/** Adopts what it finds in its slots, and counts what each step costs. */
export default class {
  @query([IDL.Nat8], IDL.Tuple(Cost, IDL.Text))
  inspect(slot: number): [bigint, string] {
    const [cost, content] = measured((native) => native.inspectSlot(slot));
    return [cost, JSON.stringify(content)];
  }

  @query([IDL.Nat8, IDL.Nat32], IDL.Tuple(Cost, IDL.Text))
  verify(slot: number, pages: number): [bigint, string] {
    const [cost, result] = measured((native) => native.verifySlot(slot, 0, undefined, pages));
    return [cost, JSON.stringify(result)];
  }

  @update([IDL.Nat8, IDL.Nat32], Cost)
  begin(slot: number, generation: number): bigint {
    return measured((native) => native.beginAdoption(slot, generation))[0];
  }

  /** Cost, bytes copied so far, and whether the slot holds the archive. */
  @update([IDL.Nat8, IDL.Nat32], IDL.Tuple(Cost, IDL.Nat64, IDL.Bool))
  proceed(slot: number, pages: number): [bigint, bigint, boolean] {
    const [cost, { copied, complete }] = measured((native) => native.continueAdoption(slot, pages));
    return [cost, BigInt(copied), complete];
  }

  @update([IDL.Nat8], Cost)
  cancel(slot: number): bigint {
    return measured((native) => native.cancelAdoption(slot))[0];
  }

  @query([IDL.Nat8, IDL.Text], IDL.Text)
  ask(slot: number, sql: string): string {
    using db = new Database(native(), { memoryId: slot });
    return JSON.stringify(db.prepare(sql).raw().all());
  }
}

function native(): NativeModule {
  installFacade(globalThis._tabularium!);
  return globalThis._tabularium!;
}

function measured<T>(run: (native: NativeModule) => T): [bigint, T] {
  const module = native();
  const before = module.instructions();
  const result = run(module);
  return [BigInt(module.instructions() - before), result];
}
