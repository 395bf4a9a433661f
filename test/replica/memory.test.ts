import { describe, expect, it } from 'vitest';
import { rejectOf, TestCanister } from './support/wat-canister';

const GIB = 2 ** 30;

/** Methods take their operands as i64 words of the argument. */
const MEMORY = `(memory 2)
  (func $word (param $index i32) (result i64) (i64.load (i32.mul (local.get $index) (i32.const 8))))
  (func $arguments (call $arg_copy (i32.const 0) (i32.const 0) (call $arg_size)))
  (func $answer (call $append (i32.const 64) (i32.const 8)) (call $reply))
  (func (export "canister_update grow") (call $arguments)
    (i64.store (i32.const 64) (call $stable_grow (call $word (i32.const 0)))) (call $answer))
  (func (export "canister_update write") (call $arguments)
    (i64.store (i32.const 64) (call $word (i32.const 1)))
    (call $stable_write (call $word (i32.const 0)) (i64.const 64) (i64.const 8)) (call $answer))
  (func (export "canister_query read") (call $arguments)
    (call $stable_read (i64.const 64) (call $word (i32.const 0)) (i64.const 8)) (call $answer))
  (func (export "canister_update read_pages") (call $arguments) (call $each_page) (call $reply))
  (func (export "canister_query read_pages_in_query") (call $arguments) (call $each_page) (call $reply))
  (func $each_page (local $page i64) (loop $next
    (call $stable_read (i64.const 64) (i64.mul (local.get $page) (i64.const 4096)) (i64.const 1))
    (br_if $next (i64.lt_u (local.tee $page (i64.add (local.get $page) (i64.const 1))) (call $word (i32.const 0))))))`;

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setBigInt64(index * 8, BigInt(value), true);
  return bytes;
}

function word(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true));
}

describe('stable memory', () => {
  it('grows to 500 GiB and not beyond, and takes room only for what is written', async () => {
    const canister = await TestCanister.install(MEMORY);
    expect(word(await canister.update('grow', words((500 * GIB) / 65_536)))).toBe(0);
    expect(word(await canister.update('grow', words(1)))).toBe(-1);
    expect(word(await canister.update('grow', words(0)))).toBe(8_192_000);
    await canister.update('write', words(500 * GIB - 8, 4711));
    await canister.update('write', words(65_532, 42));
    expect(word(await canister.query('read', words(500 * GIB - 8)))).toBe(4711);
    expect(word(await canister.query('read', words(65_532)))).toBe(42);
    expect(word(await canister.query('read', words(300 * GIB)))).toBe(0);
    expect(canister.inspect.stableBytes).toBe(500 * GIB);
    expect(canister.inspect.storedStableBytes).toBe(3 * 65_536);
    expect([...canister.inspect.readStable(65_532, 3)]).toEqual([42, 0, 0]);
  });

  it('limits the pages that one message may touch', async () => {
    const canister = await TestCanister.install(MEMORY);
    await canister.update('grow', words((3 * GIB) / 65_536));
    const inQuery = GIB / 4096;
    await canister.query('read_pages_in_query', words(inQuery));
    const beyond = await rejectOf(canister.query('read_pages_in_query', words(inQuery + 1)));
    expect(beyond.errorCode).toBe('IC0524');
    await canister.update('read_pages', words(inQuery + 1));
    expect(canister.inspect.last().stable).toMatchObject({ accessedPages: inQuery + 1, dirtyPages: 0 });
    expect(canister.inspect.storedStableBytes).toBe(0);
  });

  it('can be read and replaced from outside', async () => {
    const canister = await TestCanister.install(MEMORY);
    await canister.pic.setStableMemory(canister.id, new Uint8Array(70_000).fill(7));
    const memory = await canister.pic.getStableMemory(canister.id);
    expect(memory.length).toBe(2 * 65_536);
    expect([memory[69_999], memory[70_000]]).toEqual([7, 0]);
    expect([...(await canister.query('read', words(0)))]).toEqual(new Array(8).fill(7));
    expect(() => canister.inspect.readStable(131_072, 1)).toThrow(/131072 bytes/);
  });
});

describe('32-bit stable memory calls', () => {
  const OLD = `(import "ic0" "stable_size" (func $size (result i32)))
    (import "ic0" "stable_grow" (func $grow (param i32) (result i32)))
    (import "ic0" "stable_read" (func $read (param i32 i32 i32)))
    (import "ic0" "stable_write" (func $write (param i32 i32 i32)))
    (memory 1) (data (i32.const 0) "old calls")
    (func $answer (i32.store (i32.const 64)) (call $append (i32.const 64) (i32.const 4)) (call $reply))`.replace(
    '(func $answer (i32.store (i32.const 64))',
    '(func $answer (param $value i32) (i32.store (i32.const 64) (local.get $value))',
  );

  it('works on the same memory and ends at 4 GiB', async () => {
    const canister = await TestCanister.install(`${OLD}
      (func (export "canister_update grow") (call $answer (call $grow (i32.const 65536))))
      (func (export "canister_update more") (call $answer (call $grow (i32.const 1))))
      (func (export "canister_update copy") (call $write (i32.const -9) (i32.const 0) (i32.const 9))
        (call $read (i32.const 100) (i32.const -9) (i32.const 9)) (call $append (i32.const 100) (i32.const 9)) (call $reply))
      (func (export "canister_update widen") (call $answer (i32.wrap_i64 (call $stable_grow (i64.const 1)))))
      (func (export "canister_update size") (call $answer (call $size)))`);
    expect(await canister.number('update', 'grow')).toBe(0);
    expect(await canister.number('update', 'more')).toBe(0xffffffff);
    expect(Buffer.from(await canister.update('copy')).toString()).toBe('old calls');
    expect(Buffer.from(canister.inspect.readStable(4 * GIB - 9, 9)).toString()).toBe('old calls');
    expect(await canister.number('update', 'size')).toBe(65_536);
    expect(await canister.number('update', 'widen')).toBe(65_536);
    expect((await rejectOf(canister.update('size'))).message).toMatch(/32 bit stable memory api/);
  });
});

describe('heap', () => {
  const HEAP = `(memory 1 100)
    (func (export "canister_update grow") (call $arg_copy (i32.const 0) (i32.const 0) (i32.const 4))
      (i32.store (i32.const 4) (memory.grow (i32.load (i32.const 0))))
      (i32.store (i32.const 8) (memory.size))
      (call $append (i32.const 4) (i32.const 8)) (call $reply))
    (func (export "canister_query look") (call $append (i32.const 4) (i32.const 8)) (call $reply))`;
  const pages = (count: number) => new Uint8Array(Uint32Array.of(count).buffer);
  const numbers = (reply: Uint8Array) => [...new Int32Array(reply.buffer)];

  it('shows the canister only its own pages, up to its declared maximum', async () => {
    const canister = await TestCanister.install(HEAP);
    expect(numbers(await canister.update('grow', pages(9)))).toEqual([1, 10]);
    expect(numbers(await canister.update('grow', pages(91)))).toEqual([-1, 10]);
    expect(numbers(await canister.update('grow', pages(90)))).toEqual([10, 100]);
    expect(numbers(await canister.update('grow', pages(0xffff_ffff)))).toEqual([-1, 100]);
    expect(canister.inspect.heapBytes).toBe(100 * 65_536);
  });

  it('traps at the wasm_memory_limit', async () => {
    const canister = await TestCanister.install(HEAP);
    const limit = BigInt(20 * 65_536);
    await canister.pic.updateCanisterSettings({ canisterId: canister.id, wasmMemoryLimit: limit });
    expect(numbers(await canister.update('grow', pages(19)))).toEqual([1, 20]);
    expect((await rejectOf(canister.update('grow', pages(1)))).errorCode).toBe('IC0539');
  });

  it('comes back after a growth that was undone, with everything in it', async () => {
    const canister = await TestCanister.install(`${HEAP}
      (func (export "canister_update fail") (i32.store (i32.const 60000) (i32.const 1))
        (drop (memory.grow (i32.const 5))) (i32.store (i32.const 300000) (i32.const 1)) (unreachable))`);
    await canister.update('grow', pages(2));
    const heap = canister.inspect.hashHeap();
    await rejectOf(canister.update('fail'));
    expect(canister.inspect.hashHeap()).toBe(heap);
    expect(numbers(await canister.query('look'))).toEqual([1, 3]);
    expect(numbers(await canister.update('grow', pages(1)))).toEqual([3, 4]);
  });

  it('undoes stores that reach into a page that no store began in', async () => {
    const canister = await TestCanister.install(`(memory 1)
      (func (export "canister_update vector") (v128.store (i32.const 4095) (v128.const i32x4 -1 -1 -1 -1)) (unreachable))
      (func (export "canister_update word") (i64.store (i32.const 8185) (i64.const -1)) (unreachable))`);
    const heap = canister.inspect.hashHeap();
    for (const method of ['vector', 'word']) {
      await rejectOf(canister.update(method));
      expect(canister.inspect.last().heapDirtyPages).toBe(2);
      expect(canister.inspect.hashHeap()).toBe(heap);
    }
  });

  it('drops segments for one message only', async () => {
    const canister = await TestCanister.install(`(memory 1) (data $bytes "payload")
      (func $load (memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 7)))
      (func (export "canister_update once") (call $load) (data.drop $bytes)
        (memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 0)) (call $append (i32.const 0) (i32.const 7)) (call $reply))
      (func (export "canister_update again") (data.drop $bytes) (call $load) (call $reply))`);
    expect(Buffer.from(await canister.update('once')).toString()).toBe('payload');
    expect((await rejectOf(canister.update('again'))).message).toMatch(/heap out of bounds/);
    expect(Buffer.from(await canister.update('once')).toString()).toBe('payload');
  });

  it('signals low memory once until there is room again', async () => {
    const canister = await TestCanister.install(`${HEAP}
      (func (export "canister_on_low_wasm_memory") (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (i32.const 1))))`);
    const limit = (size: number) =>
      canister.pic.updateCanisterSettings({
        canisterId: canister.id,
        wasmMemoryLimit: BigInt(size),
        wasmMemoryThreshold: 65_536n,
      });
    await limit(3 * 65_536);
    await canister.pic.tick(2);
    await limit(65_536);
    await canister.pic.tick(3);
    await limit(3 * 65_536);
    await canister.pic.tick();
    await limit(65_536);
    await canister.pic.tick();
    expect(canister.inspect.executions.filter(({ kind }) => kind === 'low_wasm_memory')).toHaveLength(2);
  });
});
