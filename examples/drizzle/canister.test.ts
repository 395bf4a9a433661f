import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDL } from '@dfinity/candid';
import { PocketIc } from '@tabularium/replica';

interface BookedTime {
  id: number;
  person: string;
  begins: number;
  ends: number;
}
type Refusal = { NameTaken: null } | { NoSuchRoom: null } | { Occupied: BookedTime };
type Result = { ok: number } | { err: Refusal };

interface Rooms {
  add_room(name: string, seats: number): Promise<Result>;
  book(room: number, person: string, begins: number, ends: number): Promise<Result>;
  loads(): Promise<{ name: string; hours: number }[]>;
}

const idlFactory: IDL.InterfaceFactory = ({ IDL }) => {
  const Booking = IDL.Record({ id: IDL.Nat32, person: IDL.Text, begins: IDL.Nat32, ends: IDL.Nat32 });
  const err = IDL.Variant({ NameTaken: IDL.Null, NoSuchRoom: IDL.Null, Occupied: Booking });
  const result = IDL.Variant({ ok: IDL.Nat32, err });
  return IDL.Service({
    add_room: IDL.Func([IDL.Text, IDL.Nat32], [result], []),
    book: IDL.Func([IDL.Nat32, IDL.Text, IDL.Nat32, IDL.Nat32], [result], []),
    loads: IDL.Func([], [IDL.Vec(IDL.Record({ name: IDL.Text, hours: IDL.Nat32 }))], ['query']),
  });
};

const NO_ARGUMENTS = new Uint8Array(IDL.encode([], []));

test('a room is booked by one person at a time', async () => {
  const pic = await PocketIc.create();
  const { actor: rooms } = await pic.setupCanister<Rooms>({
    idlFactory,
    wasm: 'dist/canister.wasm.gz',
    arg: NO_ARGUMENTS,
  });
  assert.deepEqual(await rooms.add_room('Lovelace', 8), { ok: 1 });
  assert.deepEqual(await rooms.book(1, 'ada', 9, 11), { ok: 1 });
  const occupied = { id: 1, person: 'ada', begins: 9, ends: 11 };
  assert.deepEqual(await rooms.book(1, 'bob', 10, 12), { err: { Occupied: occupied } });
  assert.deepEqual(await rooms.loads(), [{ name: 'Lovelace', hours: 2 }]);
});
