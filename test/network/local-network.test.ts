import { Principal } from '@dfinity/principal';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../src/replica/canister/canister-settings';
import { LocalNetwork, type SubmittedCall } from '../../src/replica/network/local-network';
import { StateJournal } from '../../src/replica/state/state-journal';
import { canisterWasm } from '../replica/support/wat-canister';
import { Killed, MemoryFiles } from './support/memory-files';

const CONTROLLER = Principal.anonymous();
const NO_BYTES = new Uint8Array(0);
const COUNTER = canisterWasm(`(memory 1)
  (func $answer (call $append (i32.const 0) (i32.const 4)) (call $reply))
  (func (export "canister_update count")
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (call $answer))
  (func (export "canister_query state") (call $answer))`);

function open(files: MemoryFiles): LocalNetwork {
  return LocalNetwork.open(StateJournal.open(files), 'seed');
}

function installed(files: MemoryFiles): LocalNetwork {
  const network = open(files);
  network.change((subnet) => {
    const canister = subnet.create(defaultSettings([CONTROLLER]), 10n ** 18n);
    const sender = CONTROLLER.toUint8Array();
    subnet.install(canister, { mode: 'install', wasm: COUNTER, argument: NO_BYTES, sender });
  });
  return network;
}

function count(network: LocalNetwork, id: number): SubmittedCall {
  const [canister] = network.subnet.canisters.all;
  return {
    id: new Uint8Array(32).fill(id),
    canister,
    effectiveCanister: canister!.id,
    caller: CONTROLLER.toUint8Array(),
    method: 'count',
    argument: NO_BYTES,
    expiry: network.subnet.time + 60_000_000_000n,
  };
}

function counted(network: LocalNetwork): number {
  const [canister] = network.subnet.canisters.all;
  const caller = CONTROLLER.toUint8Array();
  const response = network.query(canister, { caller, method: 'state', argument: NO_BYTES });
  if (response.kind === 'reject') throw new Error(response.reject.message);
  return response.data[0]!;
}

describe('a local network', () => {
  it('runs a message that it has acknowledged, although it was killed before it came to it', async () => {
    const files = new MemoryFiles();
    const killed = installed(files);
    killed.submit(count(killed, 1));
    killed.acknowledge();
    const network = open(files.survivors('power loss'));
    const record = network.requests.find(new Uint8Array(32).fill(1))!;
    expect(record.response).toBeUndefined();
    network.start();
    expect(await network.answer(record, 5000)).toMatchObject({ kind: 'reply' });
    expect(counted(network)).toBe(1);
    network.stop();
    killed.stop();
  });

  it('stops answering when its state cannot be saved, and goes on elsewhere from what was', async () => {
    const sample = new MemoryFiles();
    installed(sample);
    const files = new MemoryFiles({ operation: sample.operations + 2, when: 'halfway' });
    const network = installed(files);
    const record = network.submit(count(network, 1));
    await expect(network.answer(record, 5000)).rejects.toBeInstanceOf(Killed);
    expect(await network.failure).toBeInstanceOf(Killed);
    expect(() => counted(network)).toThrow(Killed);
    expect(() => network.submit(count(network, 2))).toThrow(Killed);
    expect(counted(open(files.survivors('kill')))).toBe(0);
  });

  it('forgets messages that have expired, and refuses none that are new', async () => {
    const network = installed(new MemoryFiles());
    const call = { ...count(network, 1), expiry: 1n };
    const record = network.submit(call);
    await network.answer(record, 5000);
    network.subnet.time += 120_000_000_000n;
    const later = network.submit(count(network, 2));
    await network.answer(later, 5000);
    expect(network.requests.find(call.id)).toBeUndefined();
    expect(network.requests.find(later.id)).toBe(later);
    expect(counted(network)).toBe(2);
  });
});
