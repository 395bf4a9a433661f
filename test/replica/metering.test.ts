import { describe, expect, it } from 'vitest';
import { CanisterRejectError, type ExecutionRecord, PocketIc } from '../../src/replica';
import { InstructionReader, readCode, WasmModule } from '../../src/wasm';
import { canisterWasm, TestCanister } from './support/wat-canister';

const MEMORY = '(memory 2) (table 2 2 funcref) (data $bytes "0123456789")';

/** What this file measures is the same under all rules, but for the charges that only the rules of October 2025 make. */
const october = () => PocketIc.create(undefined, { rules: '2025-10' });

/** The update `run`, which is the module's first function and need not reply. */
async function run(body: string, rest = '', imports = '', pic?: PocketIc): Promise<ExecutionRecord> {
  const canister = await TestCanister.install(
    `${imports} (func (export "canister_update run") ${body}) ${rest} ${MEMORY}`,
    pic,
  );
  await canister.update('run').catch((error: unknown) => {
    if (!(error instanceof CanisterRejectError)) throw error;
  });
  return canister.inspect.last('update');
}

/** Instructions of the update `run` without those for pages. */
async function cost(body: string, rest = '', imports = ''): Promise<number> {
  return (await run(body, rest, imports)).work;
}

/** WAT names of the first function's instructions, to show that the assembler kept the text as it stands. */
function instructions(body: string): string {
  const code = readCode(
    WasmModule.parse(canisterWasm(`(func (export "canister_update run") ${body}) ${MEMORY}`)),
  );
  const { instructions: start, end } = code.bodies[0]!;
  const instruction = new InstructionReader(code.bytes, start, end);
  const names: string[] = [];
  while (instruction.next()) names.push(instruction.name);
  return names.join(' ');
}

describe('static costs and blocks', () => {
  it('charges 1 for an empty function', async () => {
    expect(await cost('')).toBe(1);
  });

  it('sums straight code', async () => {
    const body = '(drop (i32.add (i32.const 1) (i32.const 2)))';
    expect(instructions(body)).toBe('i32.const i32.const i32.add drop end');
    expect(await cost(body)).toBe(1 + 1 + 1 + 1 + 1);
  });

  it('charges the branch that is taken, and the if to the code before it', async () => {
    const body = (condition: number) =>
      `(if (i32.const ${condition}) (then (drop (i32.const 5)) (drop (i32.const 5))) (else (drop (i32.const 5))))`;
    expect(instructions(body(1))).toBe(
      'i32.const if i32.const drop i32.const drop else i32.const drop end end',
    );
    const head = 1 + 1 + 2;
    expect(await cost(body(1))).toBe(head + 4);
    expect(await cost(body(0))).toBe(head + 2);
  });

  it('charges a loop body once for each round', async () => {
    const body = `(local $i i32) (loop $again
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10))))`;
    expect(instructions(body)).toBe(
      'loop local.get i32.const i32.add local.tee i32.const i32.lt_u br_if end end',
    );
    const round = 1 + 1 + 1 + 1 + 1 + 1 + 2;
    expect(await cost(body)).toBe(1 + 10 * round);
  });

  it('does not split at a block, and charges nothing of what a branch skips', async () => {
    const body =
      '(block $out (nop) (br_if $out (i32.const 1)) (drop (i32.const 9)) (drop (i32.const 9))) (nop)';
    expect(instructions(body)).toBe('block nop i32.const br_if i32.const drop i32.const drop end nop end');
    expect(await cost(body)).toBe(1 + 1 + 1 + 2 + 1);
  });

  it('charges the code behind an unreached end nowhere', async () => {
    const body = '(block $a (block $b (br_table $a $b (i32.const 0))) (nop) (nop)) (nop)';
    expect(instructions(body)).toBe('block block i32.const br_table end nop nop end nop end');
    expect(await cost(body)).toBe(1 + 1 + 2 + 1);
  });

  it('charges calls and the functions that are called', async () => {
    const callee = '(func $callee (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))';
    expect(await cost('(drop (call $callee (i32.const 7)))', callee)).toBe(1 + 1 + 5 + 1 + (1 + 1 + 1 + 1));
  });

  it('charges indirect calls', async () => {
    const rest = '(type $t (func)) (elem (i32.const 1) $callee) (func $callee (nop))';
    expect(await cost('(call_indirect (type $t) (i32.const 1))', rest)).toBe(1 + 1 + 10 + (1 + 1));
  });

  it('charges tail calls', async () => {
    const rest = '(type $t (func)) (elem (i32.const 1) $callee) (func $callee (nop))';
    expect(await cost('(return_call $callee)', rest)).toBe(1 + 3 + (1 + 1));
    expect(await cost('(return_call_indirect (type $t) (i32.const 1))', rest)).toBe(1 + 1 + 60 + (1 + 1));
  });

  const global = '(global $g (mut i32) (i32.const 0))';
  const f32 = '(f32.const 2)';
  const f64 = '(f64.const 2)';
  const v = '(v128.const i32x4 1 2 3 4)';
  const vectors: readonly (readonly [text: string, expected: number])[] = [
    ['(drop (i32.div_u (i32.const 6) (i32.const 3)))', 1 + 1 + 10 + 1],
    ['(drop (i64.rem_s (i64.const 6) (i64.const 4)))', 1 + 1 + 10 + 1],
    ['(drop (i32.shr_s (i32.const 6) (i32.const 3)))', 1 + 1 + 1 + 1],
    [`(drop (f32.add ${f32} ${f32}))`, 1 + 1 + 2 + 1],
    [`(drop (f32.div ${f32} ${f32}))`, 1 + 1 + 3 + 1],
    [`(drop (f64.div ${f64} ${f64}))`, 1 + 1 + 5 + 1],
    [`(drop (f32.sqrt ${f32}))`, 1 + 5 + 1],
    [`(drop (f64.sqrt ${f64}))`, 1 + 8 + 1],
    [`(drop (f32.copysign ${f32} ${f32}))`, 1 + 1 + 2 + 1],
    [`(drop (f64.copysign ${f64} ${f64}))`, 1 + 1 + 3 + 1],
    [`(drop (f64.min ${f64} ${f64}))`, 1 + 1 + 18 + 1],
    [`(drop (f64.lt ${f64} ${f64}))`, 1 + 1 + 3 + 1],
    [`(drop (f64.neg ${f64}))`, 1 + 1 + 1],
    [`(drop (f64.nearest ${f64}))`, 1 + 2 + 1],
    [`(drop (i32.trunc_f64_s ${f64}))`, 1 + 20 + 1],
    [`(drop (i64.trunc_sat_f32_u ${f32}))`, 1 + 20 + 1],
    ['(drop (f64.convert_i32_s (i32.const 1)))', 1 + 3 + 1],
    ['(drop (f64.convert_i64_u (i64.const 1)))', 1 + 16 + 1],
    ['(drop (i64.extend_i32_u (i32.const 1)))', 1 + 1 + 1],
    ['(global.set $g (global.get $g))', 2 + 2],
    ['(drop (i64.load (i32.const 0)))', 1 + 1 + 1],
    ['(i64.store8 (i32.const 0) (i64.const 1))', 1 + 1 + 1],
    ['(drop (select (i32.const 1) (i32.const 2) (i32.const 0)))', 1 + 1 + 1 + 1 + 1],
    ['(drop (memory.size))', 20 + 1],
    ['(drop (memory.grow (i32.const 1)))', 1 + 300 + 1],
    ['(drop (ref.is_null (ref.null func)))', 1 + 5 + 1],
    ['(drop (table.get (i32.const 0)))', 1 + 5 + 1],
    ['(drop (table.size))', 100 + 1],
    ['(memory.fill (i32.const 0) (i32.const 7) (i32.const 1000))', 1 + 1 + 1 + 100 + 1000],
    ['(memory.copy (i32.const 0) (i32.const 100) (i32.const 50))', 1 + 1 + 1 + 100 + 50],
    ['(memory.init $bytes (i32.const 0) (i32.const 2) (i32.const 8))', 1 + 1 + 1 + 100 + 8],
    ['(data.drop $bytes)', 300],
    [`(drop (i32x4.mul ${v} ${v}))`, 1 + 1 + 2 + 1],
    [`(drop (i64x2.mul ${v} ${v}))`, 1 + 1 + 4 + 1],
    [`(drop (f64x2.div ${v} ${v}))`, 1 + 1 + 12 + 1],
    [`(drop (i8x16.add ${v} ${v}))`, 1 + 1 + 1 + 1],
    [`(v128.store (i32.const 0) ${v})`, 1 + 1 + 1],
  ];

  it.each(vectors)('%s', async (text, expected) => {
    expect(await cost(text, global)).toBe(1 + expected);
  });

  it('charges ref.func', async () => {
    expect(await cost('(drop (ref.func $callee))', '(elem declare func $callee) (func $callee)')).toBe(
      1 + 130 + 1,
    );
  });
});

describe('system calls', () => {
  /** Function block, plus the constants and the call itself. */
  const call = (constants: number) => 1 + constants + 5;

  it('charges the default for most calls', async () => {
    expect(await cost('(drop (call $time))')).toBe(call(0) + 500 + 1);
    expect(await cost('(call $reply)')).toBe(call(0) + 500);
  });

  it('charges a byte copied 1 and a byte sent 50', async () => {
    expect(await cost('(call $caller_copy (i32.const 0) (i32.const 0) (i32.const 1))')).toBe(
      call(3) + 500 + 1,
    );
    expect(await cost('(call $append (i32.const 0) (i32.const 100))')).toBe(call(2) + 500 + 100 * 50);
    expect(await cost('(call $reject (i32.const 0) (i32.const 10))')).toBe(call(2) + 500 + 10 * 50);
    expect(await cost('(call $certify (i32.const 0) (i32.const 32))')).toBe(call(2) + 500 + 32);
  });

  it('charges the calls that have a price of their own', async () => {
    expect(await cost('(drop (call $is_controller (i32.const 0) (i32.const 5)))')).toBe(
      call(2) + 1000 + 5 + 1,
    );
    const newCall = `(call $call_new (i32.const 0) (i32.const 10) (i32.const 0) (i32.const 4)
      (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))`;
    expect(await cost(newCall)).toBe(call(8) + 1500 + 10 + 4);
    expect(await cost(`${newCall} (drop (call $perform))`)).toBe(call(8) + 1500 + 14 + 5 + 5000 + 1);
  });

  it('charges printed text by what goes into the log', async () => {
    expect(await cost('(call $print (i32.const 0) (i32.const 20))')).toBe(call(2) + 100 + 20 * 52);
    expect(await cost('(call $trap (i32.const 0) (i32.const 20))')).toBe(call(2) + 500 + 20 + 20 * 52);
  });

  it('charges a call before it looks whether the call is allowed', async () => {
    expect(await cost('(call $accept)')).toBe(call(0) + 500);
    expect(await cost('(drop (call $reject_code))')).toBe(call(0) + 500 + 1);
    expect(await cost('(call $certify (i32.const 0) (i32.const 33))')).toBe(call(2) + 500 + 33);
  });

  it('counts itself and the rest of the block when it reads the counter', async () => {
    const body = `(i64.store (i32.const 0) (call $counter (i32.const 0)))
      (call $append (i32.const 0) (i32.const 8)) (call $reply)`;
    const canister = await TestCanister.install(
      `(func (export "canister_update run") ${body}) ${MEMORY}`,
      await october(),
    );
    const block = 1 + (1 + 1 + 5 + 1) + (1 + 1 + 5) + 5;
    expect(await canister.number('update', 'run')).toBe(block + 200);
    const sent = 500 + 8 * 50 + 500;
    expect(canister.inspect.last('update').instructions).toBe(block + 200 + sent);
  });

  it('sums a call context for counter 1', async () => {
    const body = `(call $call_new (i32.const 0) (i32.const 0) (i32.const 16) (i32.const 8)
        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
      (call $call_data (i32.const 24) (i32.const 6)) (drop (call $perform))`;
    const callback = `(i64.store (i32.const 0) (call $counter (i32.const 1)))
      (call $append (i32.const 0) (i32.const 8)) (call $reply)`;
    const canister = await TestCanister.install(
      `(func (export "canister_update run") ${body})
      (elem (i32.const 0) $callback) (func $callback (param i32) ${callback})
      (data (i32.const 16) "raw_randDIDL\\00\\00") ${MEMORY}`,
      await october(),
    );
    const first = 1 + 8 + 5 + 1500 + 8 + (2 + 5 + 500 + 6 * 50) + 5 + 5000 + 1;
    const block = 1 + (1 + 1 + 5 + 1) + (1 + 1 + 5) + 5;
    expect(await canister.number('update', 'run')).toBe(first + block + 200);
    expect(canister.inspect.last('update').instructions).toBe(first);
  });
});

describe('stable memory', () => {
  const grow = '(drop (call $stable_grow (i64.const 2)))';
  const grown = 1 + 5 + 100 + 1;
  const write = (offset: number, length: number) =>
    `(call $stable_write (i64.const ${offset}) (i64.const 0) (i64.const ${length}))`;
  const read = (offset: number, length: number) =>
    `(call $stable_read (i64.const 0) (i64.const ${offset}) (i64.const ${length}))`;

  it('charges size as the call only, and grow 100', async () => {
    expect(await cost('(drop (call $stable_size))')).toBe(1 + 5 + 1);
    expect(await cost(grow)).toBe(1 + grown);
  });

  it('charges 20 and a byte 1', async () => {
    expect(await cost(grow + read(4000, 200))).toBe(1 + grown + 3 + 5 + 20 + 200);
    expect(await cost(grow + read(0, 0))).toBe(1 + grown + 3 + 5 + 20);
  });

  it('charges 1000 for each 4 KiB page that a message writes to first, in October 2025', async () => {
    const charged = async (body: string) => (await run(body, '', '', await october())).instructions;
    expect(await charged(grow + write(0, 8))).toBe(1 + grown + 3 + 5 + 20 + 8 + 1000);
    expect(await charged(grow + write(4095, 2))).toBe(1 + grown + 3 + 5 + 20 + 2 + 2000);
    const twice = grow + write(0, 8) + write(100, 8) + write(65_530, 16);
    expect(await charged(twice)).toBe(1 + grown + 3 * (3 + 5 + 20) + 8 + 8 + 16 + 3 * 1000);
    expect(await charged(grow + read(0, 8))).toBe(1 + grown + 3 + 5 + 20 + 8);
  });

  it('charges an access before it turns out to be out of bounds', async () => {
    expect(await cost(write(0, 100))).toBe(1 + 3 + 5 + 20 + 100);
    const narrow = '(import "ic0" "stable_write" (func $stable32_write (param i32 i32 i32)))';
    const far = (length: number) =>
      `(call $stable32_write (i32.const 70000) (i32.const 0) (i32.const ${length}))`;
    expect(await cost(far(0), '', narrow)).toBe(1 + 3 + 5 + 20);
    expect(await cost(far(7), '', narrow)).toBe(1 + 3 + 5 + 20 + 7);
  });
});

describe('heap pages whose bytes changed, in October 2025', () => {
  async function dirtyPages(body: string): Promise<number> {
    const record = await run(`${body} (call $reply)`, '(data (i32.const 40960) "set")', '', await october());
    const { heapDirtyPages, heapDirtyCharge, instructions: used, chargedInstructions } = record;
    expect(heapDirtyCharge).toBe(heapDirtyPages * 1000);
    expect(chargedInstructions).toBe(used + heapDirtyCharge);
    return heapDirtyPages;
  }

  it.each([
    ['nothing', '', 0],
    ['a byte', '(i32.store8 (i32.const 5) (i32.const 1))', 1],
    ['the same value', '(i32.store8 (i32.const 40960) (i32.const 115))', 0],
    [
      'a value and back',
      '(i32.store8 (i32.const 5) (i32.const 1)) (i32.store8 (i32.const 5) (i32.const 0))',
      0,
    ],
    ['a store across two pages', '(i64.store (i32.const 4092) (i64.const -1))', 2],
    ['a store that changes only the second page', '(i64.store (i32.const 4092) (i64.const 0x100000000))', 1],
    ['a static offset', '(i32.store offset=4096 (i32.const 4) (i32.const 1))', 1],
    ['a large static offset', '(i32.store offset=131000 (i32.const 0) (i32.const 1))', 1],
    [
      'every store width',
      `(i32.store16 (i32.const 0) (i32.const 1)) (i64.store32 (i32.const 4096) (i64.const 1))
      (f32.store (i32.const 8192) (f32.const 1)) (f64.store (i32.const 12288) (f64.const 1))
      (v128.store (i32.const 16384) (v128.const i32x4 1 1 1 1))
      (v128.store16_lane 1 (i32.const 20480) (v128.const i32x4 -1 -1 -1 -1))`,
      6,
    ],
    ['a vector across two pages', '(v128.store (i32.const 4081) (v128.const i32x4 -1 -1 -1 -1))', 2],
    ['a fill of three pages', '(memory.fill (i32.const 4000) (i32.const 1) (i32.const 8192))', 3],
    ['a copy', '(memory.copy (i32.const 8192) (i32.const 40960) (i32.const 3))', 1],
    ['an initialisation', '(memory.init $bytes (i32.const 8190) (i32.const 0) (i32.const 10))', 2],
    ['a system call that writes', '(call $self_copy (i32.const 4090) (i32.const 0) (i32.const 10))', 2],
    [
      'a page of grown memory',
      '(drop (memory.grow (i32.const 1))) (i32.store (i32.const 131072) (i32.const 1))',
      1,
    ],
    ['growing alone', '(drop (memory.grow (i32.const 1)))', 0],
  ])('counts %s', async (_what, body, pages) => {
    expect(await dirtyPages(body)).toBe(pages);
  });

  it('are not charged in queries, and charged in updates that trap', async () => {
    const body = '(i32.store8 (i32.const 5) (i32.const 1))';
    const canister = await TestCanister.install(
      `(func (export "canister_query look") ${body} (call $reply))
      (func (export "canister_update fail") ${body} (unreachable)) ${MEMORY}`,
      await october(),
    );
    await canister.query('look');
    expect(canister.inspect.last('query').heapDirtyPages).toBe(0);
    await expect(canister.update('fail')).rejects.toThrow(/unreachable/);
    expect(canister.inspect.last('update').heapDirtyPages).toBe(1);
  });
});

describe('instruction limits', () => {
  const LOOP = '(func (export "canister_update spin") (loop $l (br $l)))';

  it('traps at the loop head that passes the limit', async () => {
    const canister = await TestCanister.install(`${LOOP} ${MEMORY}`);
    canister.inspect.inject({ instructionLimit: 1_000_000 });
    await expect(canister.update('spin')).rejects.toThrow(/IC0522/);
    expect(canister.inspect.last('update').instructions).toBe(1_000_000);
  });

  it('notices only at function entries, loop heads, bulk and system calls', async () => {
    const straight = `(func (export "canister_update long") ${'(nop)'.repeat(1000)})
      (func (export "canister_update bulk") (if (i32.const 1) (then ${'(nop)'.repeat(1000)}
        (memory.fill (i32.const 0) (i32.const 0) (i32.const 0)))))
      (func (export "canister_update branch") (if (i32.const 1) (then ${'(nop)'.repeat(1000)})))`;
    const canister = await TestCanister.install(`${straight} ${MEMORY}`);
    const outcome = async (method: string) => {
      canister.inspect.inject({ instructionLimit: 500 });
      await canister.update(method).catch(() => undefined);
      return canister.inspect.last('update').outcome.kind;
    };
    expect(await outcome('long')).toBe('trap');
    expect(await outcome('bulk')).toBe('trap');
    expect(await outcome('branch')).toBe('none');
  });

  it('takes the dynamic cost of a bulk instruction before it runs', async () => {
    const canister = await TestCanister.install(
      `(func (export "canister_update fill") (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536))) ${MEMORY}`,
    );
    canister.inspect.inject({ instructionLimit: 65_000 });
    await expect(canister.update('fill')).rejects.toThrow(/IC0522/);
    expect(canister.inspect.readHeap(0, 1)).toEqual(Uint8Array.of(0));
  });

  it('gives queries 5 billion instructions, and no more', async () => {
    const spin = `(loop $l ${'(nop)'.repeat(1000)} (br $l))`;
    const canister = await TestCanister.install(`(func (export "canister_query spin") ${spin}) ${MEMORY}`);
    await expect(canister.query('spin')).rejects.toThrow(/IC0522/);
    expect(canister.inspect.last('query').instructions).toBe(5_000_000_000);
  });
});

describe('an operation that cannot pause', () => {
  const FILL = (length: number) => `(memory.fill (i32.const 0) (i32.const 1) (i32.const ${length}))`;
  const WRITE = (length: number) => `(call $stable_write (i64.const 0) (i64.const 0) (i64.const ${length}))`;
  const outcome = async (body: string, kind: 'update' | 'query') => {
    const canister = await TestCanister.install(
      `(func (export "canister_${kind} run") ${body}) (func (export "canister_${kind} rest")) ${MEMORY}`,
    );
    const error: unknown = await canister[kind]('run').catch((caught: unknown) => caught);
    return error instanceof CanisterRejectError ? error.rejectMessage : 'no reject';
  };

  it.each([
    ['fill', FILL],
    ['stable write', WRITE],
  ])('traps when a %s runs on for 2 billion instructions after its slice', async (_, operation) => {
    expect(await outcome(operation(4_200_000_000), 'update')).toContain(
      'exceeded the slice limit 2000000000',
    );
    expect(await outcome(operation(3_900_000_000), 'update')).toContain('out of bounds');
    // Queries are not sliced.
    expect(await outcome(operation(4_200_000_000), 'query')).toContain('out of bounds');
  });
});
