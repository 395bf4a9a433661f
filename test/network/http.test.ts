import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IDL } from '@dfinity/candid';
import { decode, encode } from '@dfinity/cbor';
import { Principal } from '@dfinity/principal';
import {
  HttpAgent,
  LookupPathStatus,
  lookup_path,
  requestIdOf,
  type SignIdentity,
} from '@icp-sdk/core/agent';
import { DelegationChain, DelegationIdentity, Ed25519KeyIdentity } from '@icp-sdk/core/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServedCanister } from '../../src/replica';
import { canisterWasm } from '../replica/support/wat-canister';
import { CONTROLLER, serve, withFolder } from './support/served';

const NO_BYTES = new Uint8Array(0);
const MINUTE = 60_000_000_000n;

const HttpResponse = IDL.Record({
  status_code: IDL.Nat16,
  headers: IDL.Vec(IDL.Tuple(IDL.Text, IDL.Text)),
  body: IDL.Vec(IDL.Nat8),
  upgrade: IDL.Opt(IDL.Bool),
});

function page(body: string, upgrade: [] | [boolean], status_code = 200): Uint8Array {
  const headers = [['content-type', 'text/plain']];
  const response = { status_code, headers, body: new Uint8Array(Buffer.from(body)), upgrade };
  return new Uint8Array(IDL.encode([HttpResponse], [response]));
}

function wat(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
}

const ASKS = page('', [true]);
const PAGE = page('written by an update', []);

const CANISTER = canisterWasm(`
  (memory 1) (global $count (mut i32) (i32.const 0))
  (data (i32.const 2000) "${wat(ASKS)}") (data (i32.const 4000) "${wat(PAGE)}")
  (func $answer (call $append (i32.const 0) (i32.const 4)) (call $reply))
  (func (export "canister_update count")
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (call $answer))
  (func (export "canister_query state") (call $answer))
  (func (export "canister_query who")
    (call $caller_copy (i32.const 100) (i32.const 0) (call $caller_size))
    (call $append (i32.const 100) (call $caller_size)) (call $reply))
  (func (export "canister_heartbeat") (i32.store (i32.const 8) (i32.const 1)))
  (func (export "canister_query beats") (call $append (i32.const 8) (i32.const 4)) (call $reply))
  (func (export "canister_query http_request")
    (call $append (i32.const 2000) (i32.const ${ASKS.length})) (call $reply))
  (func (export "canister_update http_request_update")
    (call $append (i32.const 4000) (i32.const ${PAGE.length})) (call $reply))`);

let folder: string;
let served: ServedCanister;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tabularium-http-'));
  served = await serve(folder, CANISTER);
});

afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

function expiry(minutes = 4n): bigint {
  return BigInt(Date.now()) * 1_000_000n + minutes * MINUTE;
}

function content(kind: 'call' | 'query', method: string, more: object = {}): Record<string, unknown> {
  return {
    request_type: kind,
    canister_id: served.canisterId.toUint8Array(),
    method_name: method,
    arg: NO_BYTES,
    sender: Principal.anonymous().toUint8Array(),
    ingress_expiry: expiry(),
    ...more,
  };
}

async function signed(
  body: Record<string, unknown>,
  identity: SignIdentity,
): Promise<Record<string, unknown>> {
  const complete = { ...body, sender: identity.getPrincipal().toUint8Array() };
  const domain = Buffer.from('\x0Aic-request', 'latin1');
  const message = new Uint8Array(Buffer.concat([domain, requestIdOf(complete)]));
  return {
    content: complete,
    sender_pubkey: new Uint8Array(identity.getPublicKey().toDer()),
    sender_sig: new Uint8Array(await identity.sign(message)),
  };
}

async function post(
  path: string,
  body: unknown,
): Promise<{ status: number; text: string; body: Uint8Array }> {
  const response = await fetch(`${served.url}${path}`, { method: 'POST', body: encode(body) as never });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, text: Buffer.from(bytes).toString('utf8'), body: bytes };
}

function address(action: string, version = 2): string {
  return `/api/v${version}/canister/${served.canisterId.toText()}/${action}`;
}

async function ask(method: string, envelope?: unknown): Promise<Uint8Array> {
  const { body, text, status } = await post(
    address('query'),
    envelope ?? { content: content('query', method) },
  );
  expect(status, text).toBe(200);
  return (decode(body) as { reply: { arg: Uint8Array } }).reply.arg;
}

async function counted(): Promise<number> {
  return Buffer.from(await ask('state')).readUInt32LE(0);
}

describe('the size of a message', () => {
  it('is the whole signed envelope and 32 bytes, of which 2 MiB are taken', async () => {
    const identity = Ed25519KeyIdentity.generate();
    const send = async (bytes: number) => {
      const envelope = await signed(content('call', 'count', { arg: new Uint8Array(bytes) }), identity);
      const { status } = await post(`/api/v2/canister/${served.canisterId.toText()}/call`, envelope);
      return { status, around: encode(envelope).length - bytes + 32 };
    };
    const { around } = await send(100_000);
    expect((await send(2_097_152 - around)).status).toBe(202);
    expect((await send(2_097_152 - around + 1)).status).toBe(413);
  });
});

describe('requests that are not what they say', () => {
  const stranger = Ed25519KeyIdentity.generate();

  it.each([
    [
      'that has expired',
      () => ({ content: content('call', 'count', { ingress_expiry: expiry(-1n) }) }),
      /expiry/,
    ],
    [
      'too far ahead',
      () => ({ content: content('call', 'count', { ingress_expiry: expiry(7n) }) }),
      /expiry/,
    ],
    [
      'without a signature',
      () => ({ content: content('call', 'count', { sender: stranger.getPrincipal().toUint8Array() }) }),
      /missing/,
    ],
    [
      "under another's name",
      async () => {
        const envelope = await signed(content('call', 'count'), stranger);
        return {
          ...envelope,
          content: { ...(envelope.content as object), sender: CONTROLLER.getPrincipal().toUint8Array() },
        };
      },
      /not the key of the sender/,
    ],
    [
      'changed after it was signed',
      async () => {
        const envelope = await signed(content('call', 'count'), stranger);
        return { ...envelope, content: { ...(envelope.content as object), arg: Uint8Array.of(1) } };
      },
      /not a signature/,
    ],
    [
      'for another canister',
      () => ({ content: content('call', 'count', { canister_id: Uint8Array.of(1, 2, 3) }) }),
      /address/,
    ],
    ['of another type', () => ({ content: content('query', 'count') }), /request_type/],
    [
      'without a method',
      () => ({ content: content('call', 'count', { method_name: undefined }) }),
      /method_name/,
    ],
    ['that is no map', () => 'count', /map/],
  ])('refuses a call %s', async (_, make, reason) => {
    const before = await counted();
    const { status, text } = await post(address('call'), await make());
    expect(status).toBe(400);
    expect(text).toMatch(reason);
    expect(await counted()).toBe(before);
  });

  it('refuses what is no CBOR, and addresses that are none', async () => {
    const response = await fetch(`${served.url}${address('call')}`, { method: 'POST', body: 'not CBOR' });
    expect(response.status).toBe(400);
    expect((await post(address('call', 9), {})).status).toBe(404);
    expect((await post('/api/v2/canister/nobody/call', {})).status).toBe(400);
    expect((await fetch(`${served.url}${address('call')}`)).status).toBe(405);
  });

  it('refuses keys that it cannot check, and says which it can', async () => {
    const envelope = await signed(content('call', 'count'), stranger);
    const der = Buffer.from('303c300c060a2b0601040183b8430102032c000a', 'hex');
    const sender = Principal.selfAuthenticating(new Uint8Array(der)).toUint8Array();
    const { status, text } = await post(address('call'), {
      ...envelope,
      content: { ...(envelope.content as object), sender },
      sender_pubkey: new Uint8Array(der),
    });
    expect(status).toBe(400);
    expect(text).toContain('Ed25519');
  });
});

describe('a message', () => {
  it('that is sent again runs once, also after a restart', async () => {
    const envelope = { content: content('call', 'count', { nonce: Uint8Array.of(1, 2, 3) }) };
    const before = await counted();
    for (let time = 0; time < 3; time++) expect((await post(address('call', 3), envelope)).status).toBe(200);
    expect(await counted()).toBe(before + 1);
    await served.close();
    served = await serve(folder, CANISTER);
    expect(served.start).toBe('resumed');
    expect((await post(address('call', 3), envelope)).status).toBe(200);
    expect(await counted()).toBe(before + 1);
  });

  it('may be signed by a delegated key, for the canisters that the delegation names', async () => {
    const session = Ed25519KeyIdentity.generate();
    const at = new Date(Date.now() + 60_000);
    const named = { targets: [Principal.fromText(served.canisterId.toText()) as never] };
    const chain = await DelegationChain.create(CONTROLLER, session.getPublicKey(), at, named);
    const identity = DelegationIdentity.fromDelegation(session, chain);
    const agent = await HttpAgent.create({ host: served.url, identity, shouldFetchRootKey: true });
    const response = await agent.query(served.canisterId.toText(), { methodName: 'who', arg: NO_BYTES });
    expect(response.status).toBe('replied');
    if (response.status === 'replied') {
      expect(Principal.fromUint8Array(response.reply.arg).toText()).toBe(CONTROLLER.getPrincipal().toText());
    }
    const other = { targets: [Principal.managementCanister() as never] };
    const elsewhere = await DelegationChain.create(CONTROLLER, session.getPublicKey(), at, other);
    const late = await DelegationChain.create(
      CONTROLLER,
      session.getPublicKey(),
      new Date(Date.now() - 1000),
    );
    const forged = await DelegationChain.create(Ed25519KeyIdentity.generate(), session.getPublicKey(), at);
    const chains = [
      elsewhere,
      late,
      DelegationChain.fromDelegations(forged.delegations, CONTROLLER.getPublicKey().toDer()),
    ];
    for (const wrong of chains) {
      const liar = DelegationIdentity.fromDelegation(session, wrong);
      const refused = await HttpAgent.create({
        host: served.url,
        identity: liar,
        shouldFetchRootKey: true,
        retryTimes: 0,
      });
      const call = refused.query(served.canisterId.toText(), { methodName: 'who', arg: NO_BYTES });
      await expect(call).rejects.toThrow(/sender_delegation/);
    }
  });
});

describe('certified state', () => {
  it('shows that a request is unknown, by its neighbours', async () => {
    const agent = await HttpAgent.create({ host: served.url, shouldFetchRootKey: true });
    const id = new Uint8Array(32).fill(5);
    const path = [new Uint8Array(Buffer.from('request_status')), id];
    const { certificate } = await agent.readState(served.canisterId.toText(), { paths: [path] });
    const { tree } = decode(certificate) as { tree: Parameters<typeof lookup_path>[1] };
    expect(lookup_path(['request_status', id, 'status'], tree).status).toBe(LookupPathStatus.Absent);
    expect(Buffer.from(certificate).includes('module_hash')).toBe(false);
    expect(lookup_path(['time'], tree).status).toBe(LookupPathStatus.Found);
  });

  it("hides other senders' requests, and paths that are nobody's business", async () => {
    const owner = await signed(content('call', 'count', { nonce: Uint8Array.of(9) }), CONTROLLER);
    expect((await post(address('call', 3), owner)).status).toBe(200);
    const id = requestIdOf(owner.content as never);
    const read = (path: Uint8Array[]) => ({
      content: {
        request_type: 'read_state',
        paths: [path],
        sender: Principal.anonymous().toUint8Array(),
        ingress_expiry: expiry(),
      },
    });
    const status = [new Uint8Array(Buffer.from('request_status')), id];
    expect((await post(address('read_state'), read(status))).status).toBe(403);
    const canister = new Uint8Array(Buffer.from('canister'));
    const data = new Uint8Array(Buffer.from('certified_data'));
    const certified = [canister, served.canisterId.toUint8Array(), data];
    expect((await post(address('read_state'), read(certified))).status).toBe(403);
  });
});

describe('everything around', () => {
  it('serves pages, by an update when the canister asks for one', async () => {
    for (const url of [served.url, `${served.url}/x?canisterId=${served.canisterId.toText()}`]) {
      const response = await fetch(url);
      expect(response.headers.get('content-type')).toBe('text/plain');
      expect(await response.text()).toBe('written by an update');
    }
    expect((await fetch(`${served.url}/?canisterId=aaaaa-aa`)).status).toBe(404);
  });

  it.each([
    ['has no front page', page('look at /metrics', [], 404), 'look at /metrics'],
    ['serves no pages', undefined, 'serves no pages'],
  ])('says where to look when a canister %s', async (_, answer, said) => {
    const bytes = answer ?? NO_BYTES;
    const name = answer ? 'http_request' : 'other';
    const wasm = canisterWasm(`(memory 1) (data (i32.const 0) "${wat(bytes)}")
      (func (export "canister_query ${name}")
        (call $append (i32.const 0) (i32.const ${bytes.length})) (call $reply))`);
    await withFolder(async (other) => {
      const network = await serve(other, wasm);
      const response = await fetch(network.url);
      expect(response.status).toBe(404);
      expect(await response.text()).toMatch(
        new RegExp(`/api/v2/status(.|\\n)*${said}|${said}(.|\\n)*/api/v2/status`),
      );
      await network.close();
    });
  });

  it('lets pages of other origins in', async () => {
    const response = await fetch(`${served.url}${address('call')}`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('runs heartbeats by the clock', async () => {
    for (let wait = 0; wait < 100; wait++) {
      if ((await ask('beats'))[0] === 1) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the heart does not beat');
  });

  it('keeps a second process out of the folder', async () => {
    await expect(serve(folder, CANISTER)).rejects.toThrow(/is using/);
  });

  it('upgrades when told to, and says when it was not', async () => {
    const changed = canisterWasm('(memory 1) (func (export "canister_query state") (call $reply))');
    await served.close();
    served = await serve(folder, changed);
    expect([served.start, served.differs]).toEqual(['resumed', true]);
    await served.close();
    served = await serve(folder, changed, { upgrade: true });
    expect([served.start, served.differs]).toEqual(['upgraded', false]);
    expect(await ask('state')).toHaveLength(0);
  });
});
