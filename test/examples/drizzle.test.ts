import { beforeAll, expect, it } from 'vitest';
import { ExampleCanister } from '../support/example-canister';

interface Booking {
  id: number;
  person: string;
  begins: number;
  ends: number;
}
type Refusal = { NameTaken: null } | { NoSuchRoom: null } | { Occupied: Booking };
type Result = { ok: number } | { err: Refusal };

interface Rooms {
  add_room(name: string, seats: number): Promise<Result>;
  book(room: number, person: string, begins: number, ends: number): Promise<Result>;
  rooms(): Promise<{ id: number; name: string; seats: number; bookings: Booking[] }[]>;
  loads(): Promise<{ name: string; hours: number }[]>;
}

let canister: ExampleCanister<Rooms>;

beforeAll(async () => {
  canister = await ExampleCanister.install<Rooms>('examples/drizzle/canister.ts', ({ IDL }) => {
    const Booked = IDL.Record({ id: IDL.Nat32, person: IDL.Text, begins: IDL.Nat32, ends: IDL.Nat32 });
    const bookings = IDL.Vec(Booked);
    const Room = IDL.Record({ id: IDL.Nat32, name: IDL.Text, seats: IDL.Nat32, bookings });
    const err = IDL.Variant({ NameTaken: IDL.Null, NoSuchRoom: IDL.Null, Occupied: Booked });
    const result = IDL.Variant({ ok: IDL.Nat32, err });
    return IDL.Service({
      add_room: IDL.Func([IDL.Text, IDL.Nat32], [result], []),
      book: IDL.Func([IDL.Nat32, IDL.Text, IDL.Nat32, IDL.Nat32], [result], []),
      rooms: IDL.Func([], [IDL.Vec(Room)], ['query']),
      loads: IDL.Func([], [IDL.Vec(IDL.Record({ name: IDL.Text, hours: IDL.Nat32 }))], ['query']),
    });
  });
});

const ADAS = { id: 1, person: 'ada', begins: 9, ends: 11 };
const BOBS = { id: 2, person: 'bob', begins: 11, ends: 12 };

it('works through Drizzle, its migrations and relations included', async () => {
  const rooms = canister.actor;
  expect(await rooms.add_room('harbour', 8)).toEqual({ ok: 1 });
  expect(await rooms.add_room('garden', 4)).toEqual({ ok: 2 });
  expect(await rooms.book(1, 'ada', 9, 11)).toEqual({ ok: 1 });
  expect(await rooms.book(1, 'bob', 11, 12)).toEqual({ ok: 2 });
  expect(await rooms.rooms()).toEqual([
    { id: 2, name: 'garden', seats: 4, bookings: [] },
    { id: 1, name: 'harbour', seats: 8, bookings: [ADAS, BOBS] },
  ]);
});

it('answers with a refusal, and leaves nothing of what was refused', async () => {
  const rooms = canister.actor;
  expect(await rooms.add_room('garden', 1)).toEqual({ err: { NameTaken: null } });
  expect(await rooms.book(9, 'ada', 1, 2)).toEqual({ err: { NoSuchRoom: null } });
  expect(await rooms.book(1, 'eve', 10, 12)).toEqual({ err: { Occupied: ADAS } });
  expect((await rooms.rooms())[1]!.bookings).toEqual([ADAS, BOBS]);
});

it('goes on after an upgrade', async () => {
  await canister.upgrade();
  const rooms = canister.actor;
  expect(await rooms.book(2, 'eve', 8, 9)).toEqual({ ok: 3 });
  expect(await rooms.loads()).toEqual([
    { name: 'harbour', hours: 3 },
    { name: 'garden', hours: 1 },
  ]);
});
