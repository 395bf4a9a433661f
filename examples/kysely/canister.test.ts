import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDL } from '@dfinity/candid';
import { PocketIc } from '@tabularium/replica';

type Refusal = { NameTaken: null } | { NoSuchAccount: null } | { InsufficientFunds: null };
type Result = { ok: number } | { err: Refusal };

interface Bank {
  open(owner: string, balance: number): Promise<Result>;
  transfer(from: number, to: number, amount: number): Promise<Result>;
  accounts(): Promise<{ id: number; owner: string; balance: number }[]>;
}

const idlFactory: IDL.InterfaceFactory = ({ IDL }) => {
  const Account = IDL.Record({ id: IDL.Nat32, owner: IDL.Text, balance: IDL.Nat32 });
  const err = IDL.Variant({ NameTaken: IDL.Null, NoSuchAccount: IDL.Null, InsufficientFunds: IDL.Null });
  const result = IDL.Variant({ ok: IDL.Nat32, err });
  return IDL.Service({
    open: IDL.Func([IDL.Text, IDL.Nat32], [result], []),
    transfer: IDL.Func([IDL.Nat32, IDL.Nat32, IDL.Nat32], [result], []),
    accounts: IDL.Func([], [IDL.Vec(Account)], ['query']),
  });
};

const NO_ARGUMENTS = new Uint8Array(IDL.encode([], []));

test('a transfer is made as a whole, or refused as a whole', async () => {
  const pic = await PocketIc.create();
  const { actor: bank } = await pic.setupCanister<Bank>({
    idlFactory,
    wasm: 'dist/canister.wasm.gz',
    arg: NO_ARGUMENTS,
  });
  assert.deepEqual(await bank.open('ada', 1_000), { ok: 1 });
  assert.deepEqual(await bank.open('bob', 20), { ok: 2 });
  assert.deepEqual(await bank.transfer(1, 2, 300), { ok: 1 });
  assert.deepEqual(await bank.transfer(2, 1, 321), { err: { InsufficientFunds: null } });
  assert.deepEqual(
    (await bank.accounts()).map(({ owner, balance }) => [owner, balance]),
    [
      ['ada', 700],
      ['bob', 320],
    ],
  );
});
