import { beforeAll, beforeEach, expect, it } from 'vitest';
import { ExampleCanister } from '../support/example-canister';

interface AwaitingCanister {
  awaitsOwnPromises(): Promise<void>;
  awaitsCall(self: string): Promise<void>;
  commitsBeforeCall(self: string): Promise<void>;
  awaitsTimer(): Promise<void>;
  forgetsToCommit(): Promise<void>;
  clear(): Promise<void>;
  countUp(): Promise<number>;
  texts(): Promise<string[]>;
}

const REFUSED =
  /the message is undone because it ends inside a transaction, on MemoryId 120\. Commit or roll back before you await/;

let canister: ExampleCanister<AwaitingCanister>;
beforeAll(async () => {
  canister = await ExampleCanister.install<AwaitingCanister>('test/canisters/await.ts', ({ IDL }) =>
    IDL.Service({
      awaitsOwnPromises: IDL.Func([], [], []),
      awaitsCall: IDL.Func([IDL.Text], [], []),
      commitsBeforeCall: IDL.Func([IDL.Text], [], []),
      awaitsTimer: IDL.Func([], [], []),
      forgetsToCommit: IDL.Func([], [], []),
      clear: IDL.Func([], [], []),
      countUp: IDL.Func([], [IDL.Nat32], []),
      texts: IDL.Func([], [IDL.Vec(IDL.Text)], ['query']),
    }),
  );
});
beforeEach(() => canister.actor.clear());

it('a transaction may await promises that its own message resolves', async () => {
  await canister.actor.awaitsOwnPromises();
  expect(await canister.actor.texts()).toEqual(['one', 'two']);
});

it('a transaction that awaits another canister undoes its message before the call', async () => {
  await expect(canister.actor.awaitsCall(canister.canisterId.toText())).rejects.toThrow(REFUSED);
  expect(await canister.actor.texts()).toEqual([]);
  await canister.actor.countUp();
  expect(await canister.actor.texts()).toEqual(['counted']);
});

it('a transaction that was committed before the call stays', async () => {
  await canister.actor.commitsBeforeCall(canister.canisterId.toText());
  expect(await canister.actor.texts()).toEqual(['before the call', 'counted', 'after the call']);
});

it.each(['awaitsTimer', 'forgetsToCommit'] as const)('%s undoes its message', async (method) => {
  await expect(canister.actor[method]()).rejects.toThrow(REFUSED);
  expect(await canister.actor.texts()).toEqual([]);
  await canister.actor.countUp();
  expect(await canister.actor.texts()).toEqual(['counted']);
});
