import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDL } from '@dfinity/candid';
import { PocketIc } from '@tabularium/replica';

interface Notes {
  add(text: string): Promise<number>;
  remove(id: number): Promise<boolean>;
  find(pattern: string): Promise<{ id: number; text: string }[]>;
}

const Note = IDL.Record({ id: IDL.Nat32, text: IDL.Text });
const idlFactory: IDL.InterfaceFactory = ({ IDL }) =>
  IDL.Service({
    add: IDL.Func([IDL.Text], [IDL.Nat32], []),
    remove: IDL.Func([IDL.Nat32], [IDL.Bool], []),
    find: IDL.Func([IDL.Text], [IDL.Vec(Note)], ['query']),
  });

test('notes are found, removed, and outlive an upgrade', async () => {
  const pic = await PocketIc.create();
  const { actor: notes, canisterId } = await pic.setupCanister<Notes>({
    idlFactory,
    wasm: 'dist/canister.wasm.gz',
  });
  assert.equal(await notes.add('buy milk'), 1);
  assert.equal(await notes.add('sleep'), 2);
  assert.deepEqual(await notes.find('%milk%'), [{ id: 1, text: 'buy milk' }]);
  assert.equal(await notes.remove(1), true);

  await pic.upgradeCanister({
    canisterId,
    wasm: 'dist/canister.wasm.gz',
    arg: new Uint8Array(IDL.encode([], [])),
  });
  assert.deepEqual(await notes.find('%'), [{ id: 2, text: 'sleep' }]);
});
