import { Certificate, HttpAgent, lookup_path } from '@icp-sdk/core/agent';
import type { Principal as SdkPrincipal } from '@icp-sdk/core/principal';
import { describe, expect, it } from 'vitest';
import { PocketIc } from '../../src/replica';
import { TestCanister } from './support/wat-canister';

const CERTIFICATE = `
  (import "ic0" "data_certificate_present" (func $present (result i32)))
  (import "ic0" "data_certificate_size" (func $certificate_size (result i32)))
  (import "ic0" "data_certificate_copy" (func $certificate_copy (param i32 i32 i32)))`;

/** Certifies three bytes; replies the certificate over them, and whether there is one, also for whom a composite query asks. */
const CERTIFIED = `${CERTIFICATE}
  (memory 1) (table 2 2 funcref) (elem (i32.const 1) $answered)
  (data (i32.const 0) "abc") (data (i32.const 1000) "present")
  (func (export "canister_init") (call $certify (i32.const 0) (i32.const 3)))
  (func (export "canister_query certificate")
    (call $certificate_copy (i32.const 2000) (i32.const 0) (call $certificate_size))
    (call $append (i32.const 2000) (call $certificate_size)) (call $reply))
  (func (export "canister_query present")
    (i32.store8 (i32.const 16) (call $present)) (call $append (i32.const 16) (i32.const 1)) (call $reply))
  (func (export "canister_composite_query ask")
    (i32.store8 (i32.const 17) (call $present))
    (call $self_copy (i32.const 900) (i32.const 0) (call $self_size))
    (call $call_new (i32.const 900) (call $self_size) (i32.const 1000) (i32.const 7)
      (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0))
    (drop (call $perform)))
  (func $answered (param i32)
    (call $arg_copy (i32.const 18) (i32.const 0) (i32.const 1))
    (i32.store8 (i32.const 19) (call $present))
    (call $append (i32.const 17) (i32.const 3)) (call $reply))`;

describe('certified data', () => {
  it('comes with a certificate that the subnet signed', async () => {
    const pic = await PocketIc.create(undefined, { startTime: Date.now() });
    const canister = await TestCanister.install(CERTIFIED, pic);
    const [subnet] = await pic.getApplicationSubnets();
    const certificate = await Certificate.create({
      certificate: await canister.query('certificate'),
      rootKey: await pic.getPubKey(subnet!.id),
      principal: { canisterId: canister.id as unknown as SdkPrincipal },
    });
    const path = ['canister', canister.id.toUint8Array(), 'certified_data'];
    expect(lookup_path(path, certificate.cert.tree)).toMatchObject({
      value: Uint8Array.from(Buffer.from('abc')),
    });
  });

  it('has no certificate for those that a composite query asks, nor in its callbacks', async () => {
    const canister = await TestCanister.install(CERTIFIED);
    expect([...(await canister.query('present'))]).toEqual([1]);
    expect([...(await canister.query('ask'))]).toEqual([1, 0, 0]);
  });

  it('has the same certificate in every replica of the same seed, and another with another seed', async () => {
    const certificateOf = async (seed: string) => {
      const canister = await TestCanister.install(CERTIFIED, await PocketIc.create(undefined, { seed }));
      return Buffer.from(await canister.query('certificate')).toString('hex');
    };
    const first = await certificateOf('a');
    expect(await certificateOf('a')).toBe(first);
    expect(await certificateOf('b')).not.toBe(first);
  });
});

describe('a live replica', () => {
  it('answers agents, by the clock, until it is told to stop', async () => {
    const pic = await PocketIc.create();
    const canister = await TestCanister.install(CERTIFIED, pic);
    const host = `http://127.0.0.1:${await pic.makeLive()}`;
    expect(await pic.makeLive()).toBe(Number(new URL(host).port));
    const agent = await HttpAgent.create({ host, shouldFetchRootKey: true, retryTimes: 0 });
    const ask = () => agent.query(canister.id.toText(), { methodName: 'present', arg: new Uint8Array(0) });
    expect(await ask()).toMatchObject({ status: 'replied', reply: { arg: Uint8Array.of(1) } });
    expect(Math.abs((await pic.getTime()) - Date.now())).toBeLessThan(60_000);
    await pic.stopLive();
    await expect(ask()).rejects.toThrow();
    const [subnet] = await pic.getTopology();
    expect(subnet).toMatchObject({ type: 'Application', size: 1 });
    expect(await pic.getNnsSubnet()).toBeUndefined();
    expect((await pic.getCanisterSubnetId(canister.id))?.toText()).toBe(subnet!.id.toText());
    await pic.tearDown();
  });
});
