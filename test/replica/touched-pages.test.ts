import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExecutionRecord, PocketIc, type ReplicaOptions } from '../../src/replica';
import { rejectOf, TestCanister } from './support/wat-canister';

/** Of a message's first access to a page of 64 KiB, and once more of its first write to it. */
const TOUCH = 16 * 5000;

const today = (options: ReplicaOptions = {}) => PocketIc.create(undefined, { rules: '2026-07', ...options });

/** Heap pages read or written, heap pages written; the same of stable memory. */
type Touched = readonly [
  heapAccessed: number,
  heapWritten: number,
  stableAccessed: number,
  stableWritten: number,
];

function touchedBy({ touched }: ExecutionRecord): Touched {
  const { heapAccessed, heapWritten, stableAccessed, stableWritten } = touched;
  return [heapAccessed, heapWritten, stableAccessed, stableWritten];
}

const MODULE = `(memory 6) (data $bytes "0123456789") (data (i32.const 196600) "set here and there")
  (global $g (mut i32) (i32.const 0))
  (func (export "canister_init") (drop (call $stable_grow (i64.const 6))))`;

/** The update and the query with one body, run in that order on one canister. */
async function inUpdateAndQuery(body: string): Promise<{ update: ExecutionRecord; query: ExecutionRecord }> {
  const canister = await TestCanister.install(
    `(func $body ${body})
    (func (export "canister_update run") (call $body))
    (func (export "canister_query run_in_query") (call $body)) ${MODULE}`,
    await today(),
  );
  await canister.update('run').catch(() => undefined);
  await canister.query('run_in_query').catch(() => undefined);
  return { update: canister.inspect.last('update'), query: canister.inspect.last('query') };
}

const load = (address: number) => `(drop (i32.load (i32.const ${address})))`;
const store = (address: number) => `(i32.store (i32.const ${address}) (i32.const 7))`;
const PAGE = 65_536;

describe('what a message touches', () => {
  it.each<[what: string, body: string, expected: Touched]>([
    ['nothing', '(nop)', [0, 0, 0, 0]],
    ['a read', load(4), [1, 0, 0, 0]],
    ['a write, which is an access too', store(4), [1, 1, 0, 0]],
    ['a read, then a write', load(4) + store(8), [1, 1, 0, 0]],
    ['a write, then a read', store(8) + load(60_000), [1, 1, 0, 0]],
    ['many of each on one page', load(0) + load(4096) + store(8192) + store(65_532) + load(0), [1, 1, 0, 0]],
    [
      'reads of three pages, a write of one',
      load(0) + load(PAGE) + load(2 * PAGE) + store(PAGE),
      [3, 1, 0, 0],
    ],
    ['the same value written again', `(i32.store8 (i32.const 196600) (i32.const 115))`, [1, 1, 0, 0]],
    ['a write that is undone', `${store(0)}(i32.store (i32.const 0) (i32.const 0))`, [1, 1, 0, 0]],
    ['a read across a boundary', '(drop (i64.load (i32.const 65532)))', [2, 0, 0, 0]],
    ['a read up to a boundary', '(drop (i64.load (i32.const 65528)))', [1, 0, 0, 0]],
    ['two bytes across a boundary', '(drop (i32.load16_u (i32.const 65535)))', [2, 0, 0, 0]],
    ['a byte before a boundary', '(drop (i32.load8_s (i32.const 65535)))', [1, 0, 0, 0]],
    ['a write across a boundary', '(i64.store (i32.const 65529) (i64.const 1))', [2, 2, 0, 0]],
    ['a vector across a boundary', '(drop (v128.load (i32.const 65521)))', [2, 0, 0, 0]],
    ['a vector up to a boundary', '(drop (v128.load (i32.const 65520)))', [1, 0, 0, 0]],
    ['a vector written across', '(v128.store (i32.const 65521) (v128.const i32x4 0 0 0 0))', [2, 2, 0, 0]],
    [
      'lanes read and written across',
      `(drop (v128.load32_lane 1 (i32.const 65533) (v128.const i32x4 0 0 0 0)))
      (v128.store16_lane 1 (i32.const 131071) (v128.const i32x4 0 0 0 0))`,
      [3, 2, 0, 0],
    ],
    ['a splat, which reads 4 bytes', '(drop (v128.load32_splat (i32.const 65533)))', [2, 0, 0, 0]],
    [
      'static offsets',
      '(drop (i32.load offset=65536 (i32.const 4))) (i32.store offset=131070 (i32.const 0) (i32.const 1))',
      [2, 2, 0, 0],
    ],
    [
      'a fill of two pages and a byte',
      '(memory.fill (i32.const 0) (i32.const 1) (i32.const 131073))',
      [3, 3, 0, 0],
    ],
    ['a fill of nothing', '(memory.fill (i32.const 9) (i32.const 1) (i32.const 0))', [0, 0, 0, 0]],
    [
      'a copy, from two pages to one',
      '(memory.copy (i32.const 200000) (i32.const 65530) (i32.const 20))',
      [3, 1, 0, 0],
    ],
    ['a copy of nothing', '(memory.copy (i32.const 200000) (i32.const 65530) (i32.const 0))', [0, 0, 0, 0]],
    [
      'a passive segment across a boundary',
      '(memory.init $bytes (i32.const 65530) (i32.const 0) (i32.const 10))',
      [2, 2, 0, 0],
    ],
    ['growing', '(drop (memory.grow (i32.const 3)))', [0, 0, 0, 0]],
    ['one of three new pages', `(drop (memory.grow (i32.const 3)))${store(7 * PAGE)}`, [1, 1, 0, 0]],
    [
      'a system call that writes',
      '(call $self_copy (i32.const 65534) (i32.const 0) (i32.const 10))',
      [2, 2, 0, 0],
    ],
    ['a system call that reads', '(call $append (i32.const 65530) (i32.const 10))', [2, 0, 0, 0]],
    ['a system call about nothing', '(call $append (i32.const 65530) (i32.const 0))', [0, 0, 0, 0]],
    [
      'cycles written by the system',
      '(call $accept_cycles (i64.const 0) (i64.const 0) (i32.const 65530))',
      [2, 2, 0, 0],
    ],
    ['printed text', '(call $print (i32.const 65530) (i32.const 10))', [2, 0, 0, 0]],
    [
      'a stable read into two heap pages',
      '(call $stable_read (i64.const 65530) (i64.const 70000) (i64.const 20))',
      [2, 2, 1, 0],
    ],
    [
      'a stable read of three pages',
      '(call $stable_read (i64.const 0) (i64.const 65535) (i64.const 65538))',
      [2, 2, 3, 0],
    ],
    [
      'a stable write, which is an access too',
      '(call $stable_write (i64.const 65530) (i64.const 10) (i64.const 20))',
      [1, 0, 2, 2],
    ],
    [
      'a stable read, then a write of the same page',
      '(call $stable_read (i64.const 0) (i64.const 10) (i64.const 4)) (call $stable_write (i64.const 30) (i64.const 0) (i64.const 4))',
      [1, 1, 1, 1],
    ],
    [
      'a stable write, then a read of the same page',
      '(call $stable_write (i64.const 30) (i64.const 0) (i64.const 4)) (call $stable_read (i64.const 0) (i64.const 10) (i64.const 4))',
      [1, 1, 1, 1],
    ],
    ['a stable growth', '(drop (call $stable_grow (i64.const 1)))', [0, 0, 0, 0]],
    ['a failure after an access', `${store(0)}(unreachable)${store(PAGE)}`, [1, 1, 0, 0]],
    [
      'a division by zero after accesses',
      `${load(PAGE)}${store(0)}(drop (i32.div_u (i32.const 1) (i32.load (i32.const 131072))))`,
      [3, 1, 0, 0],
    ],
    ['an access beyond the heap', `${load(0)}${load(99 * PAGE)}`, [1, 0, 0, 0]],
    [
      'a copy that ends beyond the heap',
      `(memory.copy (i32.const 0) (i32.const ${6 * PAGE - 4}) (i32.const 8))`,
      [0, 0, 0, 0],
    ],
    [
      'a stable read beyond its end',
      '(call $stable_read (i64.const 0) (i64.const 999999) (i64.const 4))',
      [0, 0, 0, 0],
    ],
    ['a system call out of bounds', `(call $append (i32.const ${6 * PAGE - 4}) (i32.const 8))`, [0, 0, 0, 0]],
    [
      'globals, locals and tables',
      '(local $x i32) (local.set $x (global.get $g)) (global.set $g (local.get $x))',
      [0, 0, 0, 0],
    ],
  ])('%s', async (_what, body, expected) => {
    const { update, query } = await inUpdateAndQuery(body);
    expect(touchedBy(update)).toEqual(expected);
    const [heap, written, stable, stableWritten] = expected;
    expect(update.instructions - update.work).toBe((heap + written + stable + stableWritten) * TOUCH);
    expect(update.chargedInstructions).toBe(update.instructions);
    // The same in a query, which pays for what it accesses alone.
    const isUpdatesOnly = body.includes('$accept_cycles');
    if (isUpdatesOnly) return;
    expect(touchedBy(query)).toEqual([heap, 0, stable, 0]);
    expect(query.instructions - query.work).toBe((heap + stable) * TOUCH);
  });

  it('starts anew with every message', async () => {
    const canister = await TestCanister.install(
      `(func (export "canister_update run") ${store(0)}${load(PAGE)} (call $reply))
      (func (export "canister_update fail") ${store(0)}${load(PAGE)} (unreachable)) ${MODULE}`,
      await today(),
    );
    for (const method of ['run', 'run', 'fail', 'fail', 'run']) {
      await canister.update(method).catch(() => undefined);
      expect(touchedBy(canister.inspect.last('update'))).toEqual([2, 1, 0, 0]);
    }
  });

  it('is seen where a local that was stored to changes', async () => {
    const writes = (address: number) =>
      `(local.set $p (i32.const ${address})) (i32.store (local.get $p) (i32.const 1))`;
    const { update } = await inUpdateAndQuery(
      `(local $p i32) ${writes(0)} ${writes(PAGE)} ${writes(2 * PAGE)}`,
    );
    expect(touchedBy(update)).toEqual([3, 3, 0, 0]);
  });

  it('is seen where the marks of one address are used for another', async () => {
    // The local keeps its value, then changes, in every way that a function can go.
    const body = `(local $p i32)
      (local.set $p (i32.const 16)) ${'(drop (i32.load (local.get $p)))'.repeat(2)}
      (i32.store offset=8 (local.get $p) (i32.load offset=4 (local.get $p)))
      (if (i32.const 0) (then (drop (i32.load offset=65536 (local.get $p)))))
      (if (i32.const 1) (then (local.set $p (i32.const 131072)) (drop (i32.load (local.get $p)))))
      (drop (i32.load offset=4 (local.get $p)))
      (block (br_if 0 (i32.const 1)) (drop (i32.load offset=65536 (local.get $p))))
      (loop $l (drop (i32.load (local.get $p)))
        (local.set $p (i32.add (local.get $p) (i32.const 65536)))
        (br_if $l (i32.lt_u (local.get $p) (i32.const 327680))))
      (i32.store (local.tee $p (i32.const 0)) (local.get $p))`;
    const { update } = await inUpdateAndQuery(body);
    // Pages 0 (also written), 2, 3 and 4.
    expect(touchedBy(update)).toEqual([4, 1, 0, 0]);
  });
});

/** A random program of accesses through locals: what it does, and what that touches by a model that knows no marks. */
interface Access {
  readonly kind: 'load' | 'store' | 'set' | 'if' | 'loop';
  readonly local: number;
  readonly offset: number;
  readonly bytes: 1 | 2 | 4 | 8 | 16;
  readonly address: number;
  readonly inner: readonly Access[];
}

const LOADS = { 1: 'i32.load8_u', 2: 'i32.load16_u', 4: 'i32.load', 8: 'i64.load', 16: 'v128.load' };
const STORES = { 1: 'i32.store8', 2: 'i32.store16', 4: 'i32.store', 8: 'i64.store', 16: 'v128.store' };
const VALUES = {
  1: '(i32.const 1)',
  2: '(i32.const 1)',
  4: '(i32.const 1)',
  8: '(i64.const 1)',
  16: '(v128.const i32x4 1 1 1 1)',
};

function textOf(accesses: readonly Access[]): string {
  return accesses
    .map(({ kind, local, offset, bytes, address, inner }) => {
      const at = `offset=${offset} (local.get ${local})`;
      if (kind === 'load') return `(drop (${LOADS[bytes]} ${at}))`;
      if (kind === 'store') return `(${STORES[bytes]} ${at} ${VALUES[bytes]})`;
      if (kind === 'set') return `(local.set ${local} (i32.const ${address}))`;
      if (kind === 'if') return `(if (i32.const ${address % 2}) (then ${textOf(inner)}) (else (nop)))`;
      return `(local.set 3 (i32.const 2)) (loop ${textOf(inner)}
        (br_if 0 (local.tee 3 (i32.sub (local.get 3) (i32.const 1)))))`;
    })
    .join('\n');
}

function follow(
  accesses: readonly Access[],
  locals: number[],
  accessed: Set<number>,
  written: Set<number>,
): void {
  for (const { kind, local, offset, bytes, address, inner } of accesses) {
    if (kind === 'set') locals[local] = address;
    if (kind === 'if' && address % 2 === 1) follow(inner, locals, accessed, written);
    if (kind === 'loop') for (let turn = 0; turn < 2; turn++) follow(inner, locals, accessed, written);
    if (kind !== 'load' && kind !== 'store') continue;
    for (const end of [locals[local]! + offset, locals[local]! + offset + bytes - 1]) {
      const page = Math.floor(end / PAGE);
      accessed.add(page);
      if (kind === 'store') written.add(page);
    }
  }
}

const near = (unit: number, most: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: -20, max: 20 }))
    .map(([times, more]) => Math.max(0, times * unit + more));

const access = (depth: number): fc.Arbitrary<Access> =>
  fc.record({
    kind: fc.constantFrom<Access['kind'][]>(
      ...(depth > 0
        ? (['load', 'store', 'store', 'set', 'set', 'if', 'loop'] as const)
        : (['load', 'store', 'store', 'set', 'set'] as const)),
    ),
    local: fc.integer({ min: 0, max: 1 }),
    // Few, so that one access often falls into the range of another.
    offset: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(0, 4, 8, 60) }, near(4096, 32)),
    bytes: fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const, 16 as const),
    address: fc.oneof(near(PAGE, 2), near(4096, 40)),
    inner: depth > 0 ? fc.array(access(0), { maxLength: 6 }) : fc.constant([]),
  });

describe('random programs', () => {
  it('touch what a model without marks says', async () => {
    const pic = await today();
    await fc.assert(
      fc.asyncProperty(
        fc.array(access(1), { minLength: 12, maxLength: 24, size: 'max' }),
        async (accesses) => {
          const canister = await TestCanister.install(
            `(func (export "canister_update run") (local i32 i32 i32 i32) ${textOf(accesses)}) (memory 8)`,
            pic,
          );
          await canister.update('run').catch(() => undefined);
          const [accessed, written] = [new Set<number>(), new Set<number>()];
          follow(accesses, [0, 0, 0], accessed, written);
          expect(touchedBy(canister.inspect.last('update'))).toEqual([accessed.size, written.size, 0, 0]);
        },
      ),
      { numRuns: 120 },
    );
  });
});

describe('the charge of a touch', () => {
  it('is seen by the counter as soon as the page is touched', async () => {
    // The counters before and after the store lie in one block: what is between them is the store's page and the counter's own 200.
    const body = `(local $before i64)
      (local.set $before (call $counter (i32.const 0))) ${store(PAGE)}${load(2 * PAGE)}
      (call $stable_read (i64.const 65540) (i64.const 0) (i64.const 4))
      (i64.store (i32.const 65600) (i64.sub (call $counter (i32.const 0)) (local.get $before)))
      (call $append (i32.const 65600) (i32.const 8)) (call $reply)`;
    const canister = await TestCanister.install(
      `(func (export "canister_update run") ${body}) (func (export "canister_query look") ${body}) ${MODULE}`,
      await today(),
    );
    expect(await canister.number('update', 'run')).toBe(200 + 20 + 4 + 4 * TOUCH);
    expect(await canister.number('query', 'look')).toBe(200 + 20 + 4 + 3 * TOUCH);
  });

  it('has the price that the replica is given', async () => {
    const spent = async (options: ReplicaOptions) => {
      const canister = await TestCanister.install(
        `(func (export "canister_update run") ${store(0)}${load(PAGE)}) ${MODULE}`,
        await PocketIc.create(undefined, options),
      );
      await canister.update('run').catch(() => undefined);
      const { instructions, work, chargedInstructions } = canister.inspect.last('update');
      return [instructions - work, chargedInstructions - instructions];
    };
    expect(await spent({ rules: '2026-07' })).toEqual([3 * 16 * 5000, 0]);
    expect(await spent({ rules: '2026-07', pagePrice: 1000 })).toEqual([3 * 16 * 1000, 0]);
    expect(await spent({ rules: '2026-07', pagePrice: 0 })).toEqual([0, 0]);
    expect(await spent({ rules: '2025-10' })).toEqual([0, 1000]);
  });

  it.each([
    [{ rules: '2024-01' }, 'NO_SUCH_RULES'],
    [{ rules: '2026-07', pagePrice: -1 }, 'OUT_OF_RANGE'],
    [{ rules: '2026-07', pagePrice: 0.5 }, 'OUT_OF_RANGE'],
    [{ rules: '2025-10', pagePrice: 5000 }, 'NOT_SUPPORTED'],
  ])('refuses %j', async (options, code) => {
    await expect(PocketIc.create(undefined, options as ReplicaOptions)).rejects.toMatchObject({ code });
  });

  it('is taken from the cycles', async () => {
    const canister = await TestCanister.install(
      `(func (export "canister_update run") ${store(0)} (call $reply))
      (func (export "canister_update idle") (call $reply)) ${MODULE}`,
      await today(),
    );
    const cost = async (method: string) => {
      const before = await canister.pic.getCyclesBalance(canister.id);
      await canister.update(method);
      return before - (await canister.pic.getCyclesBalance(canister.id));
    };
    const idle = await cost('idle');
    const run = await cost('run');
    const more =
      canister.inspect.last('update', 'run').instructions -
      canister.inspect.last('update', 'idle').instructions;
    expect(more).toBe(2 * TOUCH + 3);
    // One cycle an instruction, and 1,000 a byte of ingress: one less in the name.
    expect(run - idle).toBe(BigInt(more) - 2n * 2_000n * 0n - BigInt('idle'.length - 'run'.length) * 2_000n);
  });
});

describe('the limit of instructions', () => {
  /** Writes to one new page a turn: blocks of 2 before the loop, then turns of 12. */
  const WALK = `(func (export "canister_update walk") (local $p i32)
    (loop $next
      (i32.store8 (local.get $p) (i32.const 1))
      (local.set $p (i32.add (local.get $p) (i32.const 65536)))
      (br_if $next (i32.lt_u (local.get $p) (i32.const 1310720))))) (memory 20)`;
  const BEFORE = 1;
  const TURN = 2 + 1 + 3 + 1 + 3 + 2;

  it.each([1, 2, 5, 19])(
    'is passed by touches at the loop head behind page %i, and not an instruction earlier',
    async (pages) => {
      const canister = await TestCanister.install(WALK, await today());
      // Used at the loop head of turn n + 1: n turns with their pages, and the block of the turn that begins.
      const used = BEFORE + pages * (TURN + 2 * TOUCH);
      const written = async (instructionLimit: number) => {
        canister.inspect.inject({ instructionLimit });
        await canister.update('walk').catch(() => undefined);
        const { outcome, instructions, touched } = canister.inspect.last('update');
        return [outcome.kind, instructions, touched.heapWritten];
      };
      const nextHead = used + TURN;
      expect(await written(nextHead - 1)).toEqual(['trap', nextHead - 1, pages]);
      // With one more, the turn runs, and the head behind it traps.
      const last = pages === 19;
      const enough = await written(nextHead);
      expect(enough).toEqual([last ? 'none' : 'trap', nextHead, pages + 1]);
    },
  );

  it('is noticed at function entries and system calls too, and nowhere else', async () => {
    const canister = await TestCanister.install(
      `(func $callee) (func (export "canister_update call") ${store(0)} (call $callee) ${store(PAGE)})
      (func (export "canister_update system") ${store(0)} (drop (call $time)) ${store(PAGE)})
      (func (export "canister_update stable") ${store(0)} (call $stable_read (i64.const 0) (i64.const 0) (i64.const 0)) ${store(PAGE)})
      (func (export "canister_update fill") ${store(0)} (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)) ${store(PAGE)})
      (func (export "canister_update straight") ${store(0)} ${store(PAGE)}) ${MODULE}`,
      await today(),
    );
    const outcome = async (method: string) => {
      canister.inspect.inject({ instructionLimit: TOUCH });
      await canister.update(method).catch(() => undefined);
      const { outcome: ended, touched } = canister.inspect.last('update');
      return [ended.kind, touched.heapWritten];
    };
    for (const method of ['call', 'system', 'stable', 'fill'])
      expect(await outcome(method)).toEqual(['trap', 1]);
    expect(await outcome('straight')).toEqual(['none', 2]);
  });

  it('holds with pages that the message itself grew', async () => {
    const canister = await TestCanister.install(
      `(func (export "canister_update grow") (local $p i32)
        (drop (memory.grow (i32.const 99))) (local.set $p (i32.const 65536))
        (loop $next (i32.store8 (local.get $p) (i32.const 1))
          (local.set $p (i32.add (local.get $p) (i32.const 65536))) (br $next))) (memory 1)`,
      await today(),
    );
    canister.inspect.inject({ instructionLimit: 10 * 2 * TOUCH });
    expect((await rejectOf(canister.update('grow'))).errorCode).toBe('IC0522');
    expect(canister.inspect.last('update')).toMatchObject({
      instructions: 10 * 2 * TOUCH,
      touched: { heapWritten: 10 },
    });
  });

  it('lets a message with touches use all of its instructions and no more', async () => {
    const canister = await TestCanister.install(
      `(func (export "canister_query spin") ${load(0)} (loop $l ${'(nop)'.repeat(1000)} (br $l))) (memory 100)`,
      await today(),
    );
    await rejectOf(canister.query('spin'));
    const { instructions, work } = canister.inspect.last('query');
    expect(instructions).toBe(5_000_000_000);
    expect(5_000_000_000 - work).toBeLessThanOrEqual(TOUCH);
    expect(5_000_000_000 - work).toBeGreaterThan(TOUCH - 1100);
  });
});

describe('every kind of execution', () => {
  const touch = `${load(0)}${store(PAGE)} (call $stable_write (i64.const 0) (i64.const 0) (i64.const 1))`;
  /** Heap pages 0 and 1 accessed and 1 written; a stable page written. */
  const WHOLE: Touched = [2, 1, 1, 1];
  const ACCESSED: Touched = [2, 0, 1, 0];

  const KINDS = `(func $start ${load(0)}${store(PAGE)}) (start $start)
    (func (export "canister_init") (drop (call $stable_grow (i64.const 1))) ${touch}
      (drop (call $timer (i64.const 1))))
    (func (export "canister_pre_upgrade") ${touch})
    (func (export "canister_post_upgrade") ${touch})
    (func (export "canister_inspect_message") ${touch} (call $accept))
    (func (export "canister_heartbeat") ${touch})
    (func (export "canister_global_timer") ${touch})
    (func (export "canister_update update") ${touch} (call $reply))
    (func (export "canister_query query") ${touch} (call $reply))
    (func (export "canister_composite_query composite") ${touch} (call $reply))
    (func (export "canister_update calls") ${touch}
      (call $call_new (i32.const 131072) (i32.const 0) (i32.const 131072) (i32.const 8)
        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
      (call $on_cleanup (i32.const 1) (i32.const 0))
      (drop (call $perform)))
    (func $callback (param i32) ${touch} (unreachable))
    (func $cleanup (param i32) ${touch})
    (table 2 2 funcref) (elem (i32.const 0) $callback $cleanup)
    (memory 6) (data (i32.const 0) "on the first page") (data (i32.const 131072) "raw_rand")`;

  it('pays for accesses, and all but queries and inspections for writes', async () => {
    const canister = await TestCanister.install(KINDS, await today());
    const { inspect } = canister;
    await canister.pic.tick();
    await canister.update('update');
    await canister.query('query');
    await canister.update('query');
    await canister.query('composite');
    await rejectOf(canister.update('calls'));
    await canister.upgrade(KINDS);
    const of = (kind: Parameters<typeof inspect.last>[0], method?: string) =>
      touchedBy(inspect.last(kind, method));
    // The first of the data segments is not the message's doing.
    expect(of('start')).toEqual([2, 1, 0, 0]);
    for (const kind of [
      'init',
      'pre_upgrade',
      'post_upgrade',
      'heartbeat',
      'global_timer',
      'cleanup',
    ] as const) {
      expect([kind, of(kind)]).toEqual([kind, WHOLE]);
    }
    expect(of('update', 'update')).toEqual(WHOLE);
    expect(of('composite_query')).toEqual(WHOLE);
    expect(of('query')).toEqual(ACCESSED);
    expect(of('replicated_query')).toEqual(ACCESSED);
    expect(of('inspect_message')).toEqual(ACCESSED);
    // The name of the method lies on a third page.
    expect(of('update', 'calls')).toEqual([3, 1, 1, 1]);
    // The callback traps, and what it touched is charged all the same.
    const callback = inspect.executions.findLast(
      ({ kind }) => kind === 'reply_callback' || kind === 'reject_callback',
    )!;
    expect(touchedBy(callback)).toEqual(WHOLE);
    for (const record of inspect.executions) {
      const pages = touchedBy(record).reduce((sum, count) => sum + count, 0);
      expect(record.instructions - record.work).toBe(pages * TOUCH);
    }
  });

  it('undoes what each execution of a composite query wrote, and counts it for itself', async () => {
    const callee =
      '(func (export "canister_query seven") (i32.store (i32.const 131072) (i32.const 9)) (call $append (i32.const 0) (i32.const 1)) (call $reply))';
    const canister = await TestCanister.install(
      `(func (export "canister_composite_query ask") (local $self i32) ${store(0)}
        (call $self_copy (i32.const 65536) (i32.const 0) (i32.const 10))
        (call $call_new (i32.const 65536) (i32.const 10) (i32.const 131072) (i32.const 5)
          (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
        (drop (call $perform)))
      (func $callback (param i32) ${store(4)} (call $append (i32.const 0) (i32.const 8)) (call $reply))
      ${callee} (table 1 1 funcref) (elem (i32.const 0) $callback)
      (memory 3) (data (i32.const 131072) "seven")`,
      await today(),
    );
    const heap = canister.inspect.hashHeap();
    for (let time = 0; time < 2; time++) {
      expect(await canister.query('ask')).toEqual(Uint8Array.of(7, 0, 0, 0, 7, 0, 0, 0));
      expect(touchedBy(canister.inspect.last('composite_query'))).toEqual([3, 2, 0, 0]);
      expect(touchedBy(canister.inspect.last('query'))).toEqual([2, 1, 0, 0]);
      expect(touchedBy(canister.inspect.last('reply_callback'))).toEqual([1, 1, 0, 0]);
      expect(canister.inspect.hashHeap()).toBe(heap);
    }
  });
});

describe('the limit of stable pages', () => {
  it('counts pages of 4 KiB, and not the whole pages of 64 KiB that are charged', async () => {
    // 1 GiB, which is what a query may access: 262,144 pages of 4 KiB. 20,000 of them lie in as many pages of 64 KiB: 1.2 GiB.
    const canister = await TestCanister.install(
      `(func (export "canister_init") (drop (call $stable_grow (i64.const 20000))))
      (func (export "canister_query sparse") (local $at i64)
        (loop $next (call $stable_read (i64.const 0) (local.get $at) (i64.const 1))
          (br_if $next (i64.lt_u (local.tee $at (i64.add (local.get $at) (i64.const 65536))) (i64.const 1310720000))))
        (call $reply)) (memory 1)`,
      await today(),
    );
    await canister.query('sparse');
    expect(canister.inspect.last('query').touched.stableAccessed).toBe(20_000);
    expect(canister.inspect.last('query').stable.accessedPages).toBe(20_000);
  });
});
