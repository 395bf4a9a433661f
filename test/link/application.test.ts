import { readFile } from 'node:fs/promises';
import type { ActorMethod } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkCanister } from '../../src/link';
import { PocketIc } from '../../src/replica';
import { buildStockCanister } from '../support/stock-canister';

// An application that knows nothing of Tabularium answers the same as Azle builds it and linked. What a trap says is
// compared without the stack, which names lines of the bundle.

const MAIN = 'test/canisters/application.ts';
const INIT = [IDL.Text, IDL.Opt(IDL.Nat8)];
const SOMEBODY = Principal.fromUint8Array(Uint8Array.from({ length: 29 }, (_, index) => index));

class Application {
  private constructor(
    readonly pic: PocketIc,
    readonly canisterId: Principal,
    readonly wasm: Uint8Array,
  ) {}

  static async install(wasm: Uint8Array): Promise<Application> {
    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm, arg: bytes(INIT, ['me', [7]]) });
    return new Application(pic, canisterId, wasm);
  }

  /** The reply's bytes, or what was said instead. */
  async ask(kind: 'query' | 'update', method: string, arg: Uint8Array): Promise<string> {
    const call = { canisterId: this.canisterId, method, arg };
    try {
      const reply = kind === 'query' ? await this.pic.queryCall(call) : await this.pic.updateCall(call);
      return Buffer.from(reply).toString('hex');
    } catch (error) {
      return (error as Error).message.replaceAll(/^ +at .*$/gm, '').replaceAll(/\n+/g, '\n');
    }
  }

  work(): number {
    return this.pic.inspect(this.canisterId).last().work;
  }
}

let linked: Application;
let stock: Application;

beforeAll(async () => {
  const { wasm } = await linkCanister({ main: MAIN, root: process.cwd(), outDir: '.tabularium/application' });
  linked = await Application.install(new Uint8Array(await readFile(wasm)));
  stock = await Application.install(await buildStockCanister(MAIN));
});

afterAll(async () => {
  await linked?.pic.tearDown();
  await stock?.pic.tearDown();
});

function bytes(types: IDL.Type[], values: unknown[]): Uint8Array {
  return new Uint8Array(IDL.encode(types, values));
}

/** Asks both the same. @returns what they answered */
async function both(
  kind: 'query' | 'update',
  method: string,
  types: IDL.Type[] = [],
  values: unknown[] = [],
): Promise<string> {
  const arg = bytes(types, values);
  const [byAzle, byLink] = [await stock.ask(kind, method, arg), await linked.ask(kind, method, arg)];
  expect(byLink, method).toBe(byAzle);
  return byLink;
}

const Book = IDL.Record({
  id: IDL.Nat32,
  title: IDL.Text,
  pages: IDL.Nat,
  price: IDL.Float64,
  lent: IDL.Opt(IDL.Tuple(IDL.Principal, IDL.Nat64)),
  tags: IDL.Vec(IDL.Text),
  cover: IDL.Vec(IDL.Nat8),
});
const book = (id: number, title: string) => ({
  id,
  title,
  pages: 2n ** 70n + BigInt(id),
  price: id / 7,
  lent: [] as [],
  tags: ['a', 'häuser', '☃'],
  cover: Uint8Array.from({ length: 50 }, (_, index) => index * id),
});
const Shelf = IDL.Rec();
Shelf.fill(IDL.Record({ name: IDL.Text, books: IDL.Vec(IDL.Nat32), inner: IDL.Vec(Shelf) }));
const shelf = (depth: number): unknown => ({
  name: `depth ${depth}`,
  books: Uint32Array.of(depth, 2 ** 32 - 1),
  inner: depth === 0 ? [] : [shelf(depth - 1), shelf(depth - 1)],
});

interface Relaying {
  relay: ActorMethod<[string, number], string[]>;
}

const idlOfRelay: IDL.InterfaceFactory = ({ IDL: idl }) =>
  idl.Service({ relay: idl.Func([idl.Text, idl.Nat8], [idl.Vec(idl.Text)]) });

describe('an application that was written for Azle', () => {
  it('is planned whole', async () => {
    const { unplanned } = await linkCanister({
      main: MAIN,
      root: process.cwd(),
      outDir: '.tabularium/application',
    });
    expect(unplanned).toEqual([]);
  });

  it('is started with its argument, and upgraded', async () => {
    await both('query', 'ownedBy');
    for (const { pic, canisterId, wasm } of [stock, linked]) {
      await pic.upgradeCanister({ canisterId, wasm, arg: bytes(INIT, ['me', []]) });
    }
    const owner = await both('query', 'ownedBy');
    expect(Buffer.from(owner, 'hex').toString()).toContain('me again none');
  });

  it('answers texts, and books', async () => {
    await both('query', 'greet', [IDL.Text], ['World']);
    await both('update', 'greetAll', [IDL.Text], ['\ufeffWörld\u{1f402}']);
    await both('update', 'add', [Book], [book(1, 'One')]);
    await both('update', 'add', [Book], [book(2, 'Two')]);
    await both('update', 'add', [Book], [book(3, '')]);
    await both('update', 'lend', [IDL.Nat32, IDL.Principal], [1, SOMEBODY]);
    await both('update', 'lend', [IDL.Nat32, IDL.Principal], [1, SOMEBODY]);
    await both('update', 'lend', [IDL.Nat32, IDL.Principal], [9, Principal.anonymous()]);
    await both('query', 'all');
    await both('query', 'titleOf', [IDL.Nat32], [2]);
    await both('query', 'titleOf', [IDL.Nat32], [5]);
    await both('query', 'count');
    await both('update', 'remove', [IDL.Nat32], [2]);
    await both('query', 'count');
  });

  it('answers recursive values, references, numbers and oddities', async () => {
    await both('query', 'countShelves', [Shelf], [shelf(4)]);
    await both('query', 'turnShelf', [Shelf], [shelf(3)]);
    await both('query', 'describePrincipal', [IDL.Principal], [SOMEBODY]);
    await both('query', 'describePrincipal', [IDL.Principal], [Principal.anonymous()]);
    await both('query', 'passOn', [IDL.Func([IDL.Text], [IDL.Nat], ['query'])], [[SOMEBODY, 'method']]);
    const Numbers = IDL.Record({
      bytes: IDL.Vec(IDL.Int8),
      words: IDL.Vec(IDL.Nat16),
      longs: IDL.Vec(IDL.Int64),
      floats: IDL.Vec(IDL.Float32),
      big: IDL.Int,
    });
    const numbers = {
      bytes: Int8Array.of(-128, 0, 127),
      words: Uint16Array.of(1, 65_535),
      longs: BigInt64Array.of(-(2n ** 62n), 5n),
      floats: [0.5, -0, 1e30],
      big: -(10n ** 30n),
    };
    await both('query', 'describeNumbers', [Numbers], [numbers]);
    await both('query', 'negate', [Numbers], [numbers]);
    await both('query', 'oddities', [IDL.Bool, IDL.Opt(IDL.Opt(IDL.Text)), IDL.Null], [true, [['x']], null]);
    await both('query', 'oddities', [IDL.Reserved, IDL.Null, IDL.Null], [null, null, null]);
    await both('query', 'answersByGetter');
  });

  it('answers large arguments and large results', async () => {
    const large = Uint8Array.from({ length: 1_000_000 }, (_, index) => index * 7);
    await both('update', 'reverse', [IDL.Vec(IDL.Nat8)], [large]);
    await both('query', 'many', [IDL.Nat32], [3_000]);
  });

  it('fails in the same words', async () => {
    expect(await both('query', 'answersBadly')).toContain(
      'Failed to encode Candid arguments: Error: Invalid nat argument: "none"',
    );
    expect(await both('query', 'answersNothing')).toContain('Wrong number of message arguments');
    expect(await both('update', 'traps', [IDL.Text], ['on purpose'])).toContain('on purpose');
    expect(await both('update', 'throws', [IDL.Text], ['far out'])).toContain('Uncaught RangeError: far out');
    expect(await both('update', 'sendsBadly', [IDL.Text], ['no number'])).toContain(
      'Invalid nat argument: "no number"',
    );
  });

  it('inspects what comes in', async () => {
    expect(await both('update', 'refused', [IDL.Text], ['x'])).toContain('Canister rejected the message');
    expect(await both('update', 'greetAll', [IDL.Text], ['unwanted'])).toContain(
      'Canister rejected the message',
    );
    await both('update', 'greetAll', [IDL.Text], ['wanted']);
  });

  it('runs microtasks before it replies', async () => {
    await both('update', 'inTurns');
  });

  it('calls, one call after another and all at once', async () => {
    await both('update', 'relay', [IDL.Text, IDL.Nat8], ['turn', 3]);
    await both('update', 'relayAtOnce', [IDL.Nat8], [5]);
    await both('update', 'relayBadly', [IDL.Text, IDL.Bool], ['greetAll', true]);
    await both('update', 'relayBadly', [IDL.Text, IDL.Bool], ['noSuchMethod', true]);
    await both('update', 'relayBadly', [IDL.Text, IDL.Bool], ['traps', true]);
  });

  it('answers calls that are under way at the same time', async () => {
    const [byAzle, byLink] = await Promise.all(
      [stock, linked].map(async ({ pic, canisterId }) => {
        const actor = pic.createDeferredActor<Relaying>(idlOfRelay, canisterId);
        const turns = [1, 2, 3, 4].map((turn) => actor.relay(`interleaved ${turn}`, 3));
        const replies = await Promise.all(turns);
        return Promise.all(replies.map((reply) => reply()));
      }),
    );
    expect(byLink).toEqual(byAzle);
    // Each asked once before any asked again.
    const order = byLink!.map((answers) => answers.map((answer) => Number(answer.split(', ')[2])));
    expect(Math.max(...order.map(([first]) => first!))).toBeLessThan(
      Math.min(...order.map(([, , last]) => last!)),
    );
  });

  it('keeps its timers', async () => {
    await both('update', 'later', [IDL.Nat64], [5n]);
    for (const { pic } of [stock, linked]) {
      await pic.advanceTime(6_000);
      await pic.tick(4);
    }
    const heard = await both('query', 'heard');
    expect(Buffer.from(heard, 'hex').toString()).toContain('Hello, the timer!');
  });

  it('costs a fraction', async () => {
    const costs: Record<string, number> = {};
    for (const [name, application] of Object.entries({ stock, linked })) {
      await application.ask('query', 'greet', bytes([IDL.Text], ['World']));
      costs[name] = application.work();
    }
    expect(costs.linked!).toBeLessThan(costs.stock! / 10);
  });
});

describe('an argument that cannot be decoded', () => {
  it.each([
    [
      'query',
      'greet',
      bytes([IDL.Nat], [5n]),
      'greet: argument 1 is not of type text: a value of another type stands there (at byte 7)',
    ],
    [
      'update',
      'lend',
      bytes([IDL.Nat32], [5]),
      'lend: argument 2 is not of type principal: it is missing (at byte 11)',
    ],
    [
      'query',
      'count',
      Uint8Array.of(1, 2, 3),
      'count: the arguments are not Candid: the message ends too early (at byte 0)',
    ],
  ] as const)('is rejected: %s %s', async (kind, method, arg, reason) => {
    const message = await linked.ask(kind, method, arg);
    expect(message).toContain(reason);
  });

  it('stops a start, whose reject says why', async () => {
    const { pic, wasm } = linked;
    const canisterId = await pic.createCanister();
    const install = pic.installCode({ canisterId, wasm, arg: bytes([IDL.Nat], [5n]) });
    await expect(install).rejects.toThrow(
      'Failed to decode Candid bytes: init: argument 1 is not of type text',
    );
  });
});
