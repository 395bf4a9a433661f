import { beforeAll, expect, it } from 'vitest';
import { ExampleCanister } from '../support/example-canister';

type Refusal = { NameTaken: null } | { NoSuchAccount: null } | { InsufficientFunds: null };
type Result = { ok: number } | { err: Refusal };

interface Bank {
  open(owner: string, balance: number): Promise<Result>;
  transfer(from: number, to: number, amount: number): Promise<Result>;
  accounts(): Promise<{ id: number; owner: string; balance: number }[]>;
  statement(account: number): Promise<{ id: number; other: string; amount: number; at: number }[]>;
}

let canister: ExampleCanister<Bank>;

beforeAll(async () => {
  canister = await ExampleCanister.install<Bank>('examples/kysely/canister.ts', ({ IDL }) => {
    const Account = IDL.Record({ id: IDL.Nat32, owner: IDL.Text, balance: IDL.Nat32 });
    const Entry = IDL.Record({ id: IDL.Nat32, other: IDL.Text, amount: IDL.Int32, at: IDL.Nat32 });
    const err = IDL.Variant({ NameTaken: IDL.Null, NoSuchAccount: IDL.Null, InsufficientFunds: IDL.Null });
    const result = IDL.Variant({ ok: IDL.Nat32, err });
    return IDL.Service({
      open: IDL.Func([IDL.Text, IDL.Nat32], [result], []),
      transfer: IDL.Func([IDL.Nat32, IDL.Nat32, IDL.Nat32], [result], []),
      accounts: IDL.Func([], [IDL.Vec(Account)], ['query']),
      statement: IDL.Func([IDL.Nat32], [IDL.Vec(Entry)], ['query']),
    });
  });
});

const balances = async () =>
  Object.fromEntries((await canister.actor.accounts()).map(({ owner, balance }) => [owner, balance]));

it('works through Kysely, its migrations included', async () => {
  const bank = canister.actor;
  expect(await bank.open('ada', 1_000)).toEqual({ ok: 1 });
  expect(await bank.open('bob', 20)).toEqual({ ok: 2 });
  expect(await bank.transfer(1, 2, 300)).toEqual({ ok: 1 });
  expect(await balances()).toEqual({ ada: 700, bob: 320 });
});

it('answers with a refusal, and leaves nothing of what was refused', async () => {
  const bank = canister.actor;
  expect(await bank.open('ada', 1)).toEqual({ err: { NameTaken: null } });
  expect(await bank.transfer(2, 1, 321)).toEqual({ err: { InsufficientFunds: null } });
  expect(await bank.transfer(1, 9, 1)).toEqual({ err: { NoSuchAccount: null } });
  expect(await balances()).toEqual({ ada: 700, bob: 320 });
  expect(await bank.statement(2)).toMatchObject([{ id: 1, other: 'ada', amount: 300 }]);
});

it('goes on after an upgrade', async () => {
  await canister.upgrade();
  const bank = canister.actor;
  expect(await bank.transfer(2, 1, 20)).toEqual({ ok: 2 });
  expect(await balances()).toEqual({ ada: 720, bob: 300 });
  expect(await bank.statement(1)).toMatchObject([
    { id: 2, other: 'bob', amount: 20 },
    { id: 1, other: 'bob', amount: -300 },
  ]);
});
