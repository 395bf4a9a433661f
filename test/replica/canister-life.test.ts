import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { ErrorCode, PocketIc } from '../../src/replica';
import { Management } from './support/management';
import { rejectOf, TestCanister } from './support/wat-canister';

const FEE = 500_000_000_000n;
const EMPTY_SETTINGS = new Uint8Array(
  IDL.encode([IDL.Record({ settings: IDL.Opt(IDL.Null) })], [{ settings: [] }]),
);

/** Creates a canister with as many cycles as the argument says, and replies its id, or rejects as it was rejected. */
const CREATOR = `
  (import "ic0" "msg_reject_msg_size" (func $message_size (result i32)))
  (import "ic0" "msg_reject_msg_copy" (func $message_copy (param i32 i32 i32)))
  (memory 1) (table 3 3 funcref) (elem (i32.const 1) $created $refused)
  (data (i32.const 1000) "create_canister")
  (data (i32.const 1100) "${[...EMPTY_SETTINGS].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')}")
  (func (export "canister_update create")
    (call $arg_copy (i32.const 0) (i32.const 0) (i32.const 8))
    (call $call_new (i32.const 0) (i32.const 0) (i32.const 1000) (i32.const 15)
      (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 0))
    (call $call_data (i32.const 1100) (i32.const ${EMPTY_SETTINGS.length}))
    (call $call_cycles (i64.const 0) (i64.load (i32.const 0)))
    (drop (call $perform)))
  (func $created (param i32)
    (call $arg_copy (i32.const 2000) (i32.const 0) (call $arg_size))
    (call $append (i32.const 2000) (call $arg_size)) (call $reply))
  (func $refused (param i32)
    (call $message_copy (i32.const 2000) (i32.const 0) (call $message_size))
    (call $reject (i32.const 2000) (call $message_size)))`;

function cycles(amount: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(amount);
  return new Uint8Array(bytes);
}

function idIn(reply: Uint8Array): Principal {
  const [{ canister_id: id }] = IDL.decode(
    [IDL.Record({ canister_id: IDL.Principal })],
    reply,
  ) as unknown as [{ canister_id: Principal }];
  return id;
}

describe('canisters that canisters create', () => {
  it('belong to who creates them, and start with what is left of the cycles', async () => {
    const creator = await TestCanister.install(CREATOR);
    const { pic } = creator;
    const id = idIn(await creator.update('create', cycles(FEE + 7n)));
    expect(await pic.getCyclesBalance(id)).toBe(7n);
    expect((await pic.getControllers(id)).map((controller) => controller.toText())).toEqual([
      creator.id.toText(),
    ]);
  });

  it('are not created for less than the fee, and the cycles come back', async () => {
    const creator = await TestCanister.install(CREATOR);
    const before = await creator.pic.getCyclesBalance(creator.id);
    const reject = await rejectOf(creator.update('create', cycles(FEE - 1n)));
    expect(reject.message).toContain(`${FEE - 1n} cycles were received`);
    expect(before - (await creator.pic.getCyclesBalance(creator.id))).toBeLessThan(FEE / 10n);
  });
});

describe('users', () => {
  it('create canisters out of nothing, top them up, and delete them once they have stopped', async () => {
    const pic = await PocketIc.create();
    const management = new Management(pic);
    const specified = Principal.fromUint8Array(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 77, 1, 1));
    const { canister_id } = await management.update<{ canister_id: Principal }>(
      'provisional_create_canister_with_cycles',
      { amount: [10n ** 12n], settings: [], specified_id: [specified] },
    );
    expect(canister_id.toText()).toBe(specified.toText());
    await management.update('provisional_top_up_canister', { canister_id, amount: 5n });
    expect(await pic.getCyclesBalance(canister_id)).toBe(10n ** 12n + 5n);
    const twice = { amount: [], settings: [], specified_id: [specified] };
    expect(
      (await rejectOf(management.update('provisional_create_canister_with_cycles', twice))).message,
    ).toMatch(/exists already/);
    const early = await rejectOf(management.update('delete_canister', { canister_id }));
    expect(early.errorCode).toBe(ErrorCode.canisterNotStopped);
    await management.update('stop_canister', { canister_id });
    await management.update('delete_canister', { canister_id });
    expect(await pic.getCanisterSubnetId(canister_id)).toBeNull();
    expect((await rejectOf(management.update('start_canister', { canister_id }))).errorCode).toBe(
      ErrorCode.canisterNotFound,
    );
  });
});

describe('memory that a canister cannot pay for', () => {
  const GROWER = `(memory 1)
    (func (export "canister_update stable") (drop (call $stable_grow (i64.const 16384))) (call $reply))
    (func (export "canister_update heap") (drop (memory.grow (i32.const 16384))) (call $reply))
    (func (export "canister_query look") (drop (call $stable_grow (i64.const 16384))) (call $reply))`;

  it.each(['stable', 'heap'])('is not granted: %s memory traps where growing would freeze', async (kind) => {
    const canister = await TestCanister.install(GROWER);
    const { pic, id } = canister;
    // A GiB for as long as the threshold says costs more than there is, the present page much less.
    const balance = await pic.getCyclesBalance(id);
    const seconds = balance / 127_000n / 2n;
    await pic.updateCanisterSettings({ canisterId: id, freezingThreshold: seconds * 3n });
    const reject = await rejectOf(canister.update(kind));
    expect(reject.errorCode).toBe(ErrorCode.insufficientCyclesToGrow);
    await canister.query('look');
    await pic.updateCanisterSettings({ canisterId: id, freezingThreshold: seconds });
    await canister.update(kind);
  });
});
