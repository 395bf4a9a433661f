import { IDL } from '@dfinity/candid';
import { describe, expect, it } from 'vitest';
import { checkManager, readManager, readVirtualMemory, writeManager } from './manager-image';
import { StableMemory } from './stable-memory';
import { NativeTrap, StorageHost } from './storage-host';

const WASM_PAGE = 65536;
const FULL = -1n;

function hostOn(bytes: Uint8Array): Promise<StorageHost> {
  return StorageHost.start({ stable: new StableMemory(bytes) });
}

function read(host: StorageHost, id: number, offset: number, size: number): Uint8Array {
  return host.fetch(size, (address) => host.native.readMemory(id, BigInt(offset), address, BigInt(size)));
}

function write(host: StorageHost, id: number, offset: number, bytes: Uint8Array): void {
  host.withBytes(bytes, (address) =>
    host.native.writeMemory(id, BigInt(offset), address, BigInt(bytes.length)),
  );
}

describe('a new memory manager', () => {
  it('is byte for byte what V1 writes', async () => {
    const host = await StorageHost.start();
    const expected = writeManager({ bucketSize: 16, owners: [], sizes: {} });
    expect(Buffer.compare(host.stable.bytes(), expected)).toBe(0);
  });

  it('grows memories as V1 does: buckets from the end, sizes in pages', async () => {
    const host = await StorageHost.start();
    expect(host.native.growMemory(3, 1n)).toBe(0n);
    expect(host.native.growMemory(120, 17n)).toBe(0n);
    expect(host.native.growMemory(3, 16n)).toBe(1n);
    expect(readManager(host.stable.bytes())).toEqual({
      bucketSize: 16,
      owners: [3, 120, 120, 3],
      sizes: { 3: 17, 120: 17 },
    });
    expect(host.stable.pages).toBe(1 + 4 * 16);
    checkManager(host.stable.bytes());
  });

  it('grows by nothing without a change', async () => {
    const host = await StorageHost.start();
    const before = host.stable.bytes();
    expect(host.native.growMemory(7, 0n)).toBe(0n);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
  });

  it('traps when the IC refuses its first page', async () => {
    const stable = new StableMemory();
    stable.refuse = () => true;
    await expect(StorageHost.start({ stable })).rejects.toThrow('refused the first page');
    expect(stable.bytes()).toHaveLength(0);
  });
});

describe('the install argument', () => {
  const Config = IDL.Opt(IDL.Record({ bucket_size_in_pages: IDL.Opt(IDL.Nat16) }));
  const encode = (types: IDL.Type[], values: unknown[]) => new Uint8Array(IDL.encode(types, values));
  const sizeFor = async (argument: Uint8Array) =>
    (await StorageHost.start({ argument })).native.bucketSizeInPages();

  it.each([
    ['no bytes', new Uint8Array()],
    ['no argument', encode([], [])],
    ['null', encode([Config], [[]])],
    ['a record without the field', encode([IDL.Opt(IDL.Record({ other: IDL.Text }))], [[{ other: 'x' }]])],
    ['an empty field', encode([Config], [[{ bucket_size_in_pages: [] }]])],
    ['an argument of the application', encode([IDL.Text, IDL.Nat], ['x', 3n])],
    ['an optional text', encode([IDL.Opt(IDL.Text)], [['x']])],
  ])('gives 16 pages for %s', async (_, argument) => {
    expect(await sizeFor(argument)).toBe(16);
  });

  it.each([1, 128, 65535])('gives %i pages when asked', async (size) => {
    expect(await sizeFor(encode([Config], [[{ bucket_size_in_pages: [size] }]]))).toBe(size);
  });

  it('finds the field among others of every type', async () => {
    const Everything = IDL.Record({
      bucket_size_in_pages: IDL.Nat16,
      a: IDL.Vec(IDL.Record({ x: IDL.Text, y: IDL.Opt(IDL.Int) })),
      b: IDL.Variant({ none: IDL.Null, some: IDL.Tuple(IDL.Nat64, IDL.Float64) }),
      c: IDL.Principal,
      d: IDL.Vec(IDL.Nat8),
      e: IDL.Func([IDL.Text], [IDL.Nat], ['query']),
      f: IDL.Service({ m: IDL.Func([], [], []) }),
      g: IDL.Tuple(IDL.Bool, IDL.Int8, IDL.Int16, IDL.Int32, IDL.Int64, IDL.Float32, IDL.Nat32, IDL.Reserved),
      h: IDL.Nat,
    });
    const { Principal } = await import('@dfinity/principal');
    const principal = Principal.fromText('aaaaa-aa');
    const value = {
      bucket_size_in_pages: 77,
      a: [
        { x: 'text', y: [-(10n ** 30n)] },
        { x: '', y: [] },
      ],
      b: { some: [1n, 2.5] },
      c: principal,
      d: new Uint8Array(300),
      e: [principal, 'method'],
      f: principal,
      g: [true, -1, -2, -3, -4n, 1.5, 5, null],
      h: 10n ** 40n,
    };
    expect(await sizeFor(encode([Everything], [value]))).toBe(77);
    expect(await sizeFor(encode([IDL.Opt(Everything), IDL.Text], [[value], 'x']))).toBe(77);
  });

  it.each([
    ['bytes that are not Candid', new Uint8Array([1, 2, 3, 4, 5]), 'not Candid'],
    ['a truncated type table', new Uint8Array([0x44, 0x49, 0x44, 0x4c, 0x05]), 'malformed'],
    ['a type that does not exist', new Uint8Array([0x44, 0x49, 0x44, 0x4c, 0x00, 0x01, 0x05]), 'malformed'],
    ['zero pages', encode([Config], [[{ bucket_size_in_pages: [0] }]]), 'must be 1 to 65535'],
    [
      'a size of another type',
      encode([IDL.Record({ bucket_size_in_pages: IDL.Nat })], [{ bucket_size_in_pages: 5n }]),
      'must be a nat16',
    ],
  ])('refuses %s before anything is written', async (_, argument, message) => {
    const stable = new StableMemory();
    await expect(StorageHost.start({ stable, argument })).rejects.toThrow(message);
    expect(stable.bytes()).toHaveLength(0);
  });

  it('counts for nothing once stable memory is in use', async () => {
    const stable = new StableMemory(writeManager({ bucketSize: 8, owners: [], sizes: {} }));
    const argument = encode([Config], [[{ bucket_size_in_pages: [99] }]]);
    expect((await StorageHost.start({ stable, argument })).native.bucketSizeInPages()).toBe(8);
  });
});

describe('a V1 image of another canister', () => {
  const facts = { bucketSize: 2, owners: [120, 0, 120, 254, 255, 0], sizes: { 120: 3, 0: 4, 254: 1 } };

  it('is read memory by memory, across buckets', async () => {
    const bytes = writeManager(facts);
    const host = await hostOn(bytes);
    for (const [id, pages] of Object.entries(facts.sizes)) {
      expect(host.native.memorySize(Number(id))).toBe(BigInt(pages));
      const expected = readVirtualMemory(bytes, Number(id));
      expect(Buffer.compare(read(host, Number(id), 0, pages * WASM_PAGE), expected)).toBe(0);
    }
    expect(read(host, 120, 2 * WASM_PAGE - 2, 4)).toEqual(new Uint8Array([1, 1, 3, 3]));
    expect(host.native.freeBuckets()).toBe(1);
    expect(Buffer.compare(host.stable.bytes(), bytes)).toBe(0);
  });

  it('is written across buckets where V1 reads it', async () => {
    const host = await hostOn(writeManager(facts));
    write(host, 0, 2 * WASM_PAGE - 3, new Uint8Array([9, 8, 7, 6, 5]));
    const memory = readVirtualMemory(host.stable.bytes(), 0);
    expect(memory.subarray(2 * WASM_PAGE - 4, 2 * WASM_PAGE + 3)).toEqual(
      new Uint8Array([2, 9, 8, 7, 6, 5, 6]),
    );
  });

  it('traps on access past the end of a memory', async () => {
    const host = await hostOn(writeManager(facts));
    expect(() => read(host, 120, 3 * WASM_PAGE - 1, 2)).toThrow('past the end of virtual memory 120');
    expect(() => write(host, 5, 0, new Uint8Array(1))).toThrow('past the end of virtual memory 5');
  });

  it('reuses a freed bucket only behind the memory’s last one, cleared', async () => {
    const host = await hostOn(writeManager(facts));
    // Bucket 4 is free: behind memory 254's last, before memory 0's.
    expect(host.native.growMemory(0, 1n)).toBe(4n);
    expect(host.native.growMemory(254, 2n)).toBe(1n);
    const bytes = host.stable.bytes();
    expect(readManager(bytes).owners).toEqual([120, 0, 120, 254, 254, 0, 0]);
    expect(read(host, 254, 2 * WASM_PAGE, WASM_PAGE).every((byte) => byte === 0)).toBe(true);
    expect(read(host, 254, 0, 1)[0]).toBe(4);
    checkManager(bytes);
  });
});

describe('giving buckets back', () => {
  it('frees trailing buckets and lets others have them', async () => {
    const host = await hostOn(
      writeManager({ bucketSize: 1, owners: [1, 2, 1, 2, 1], sizes: { 1: 3, 2: 2 } }),
    );
    host.native.shrinkMemory(1, 1n);
    expect(readManager(host.stable.bytes())).toEqual({
      bucketSize: 1,
      owners: [1, 2, 255, 2],
      sizes: { 1: 1, 2: 2 },
    });
    expect(host.native.growMemory(3, 3n)).toBe(0n);
    expect(readManager(host.stable.bytes()).owners).toEqual([1, 2, 3, 2, 3, 3]);
    // The bucket behind the high-water mark had been memory 1's.
    expect(read(host, 3, 0, 3 * WASM_PAGE).every((byte) => byte === 0)).toBe(true);
    expect(host.stable.pages).toBe(7);
    checkManager(host.stable.bytes());
  });

  it('frees a memory whole and survives an upgrade', async () => {
    const host = await hostOn(writeManager({ bucketSize: 1, owners: [1, 2, 1], sizes: { 1: 2, 2: 1 } }));
    host.native.releaseMemory(1);
    const upgraded = await hostOn(host.stable.bytes());
    expect(upgraded.native.memorySize(1)).toBe(0n);
    expect(upgraded.native.freeBuckets()).toBe(1);
    expect(upgraded.native.allocatedBuckets()).toBe(2);
    expect(read(upgraded, 2, 0, 4)).toEqual(new Uint8Array([2, 2, 2, 2]));
  });
});

describe('refused growth', () => {
  it('changes nothing', async () => {
    const host = await hostOn(writeManager({ bucketSize: 1, owners: [1, 255, 2], sizes: { 1: 1, 2: 1 } }));
    const before = host.stable.bytes();
    host.stable.refuse = () => true;
    expect(host.native.growMemory(1, 2n)).toBe(FULL);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    expect(host.native.ownedBuckets(1)).toBe(1);
    host.stable.refuse = () => false;
    expect(host.native.growMemory(1, 2n)).toBe(1n);
    expect(readManager(host.stable.bytes()).owners).toEqual([1, 1, 2, 1]);
  });

  it('comes with more buckets than V1 has, too', async () => {
    const host = await hostOn(writeManager({ bucketSize: 1, owners: [1], sizes: { 1: 1 } }));
    const before = host.stable.bytes();
    expect(host.native.growMemory(1, 32768n)).toBe(FULL);
    expect(host.native.growMemory(1, 2n ** 63n)).toBe(FULL);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
  });
});

describe('foreign or damaged bytes', () => {
  const facts = { bucketSize: 1, owners: [1, 255, 2], sizes: { 1: 1, 2: 1 } };
  const damaged = (change: (view: DataView) => void) => {
    const bytes = writeManager(facts);
    change(new DataView(bytes.buffer));
    return bytes;
  };

  it.each<[string, Uint8Array, string]>([
    ['bytes of another layout', new Uint8Array(WASM_PAGE).fill(7), 'is not a MemoryManager'],
    ['zeros', new Uint8Array(WASM_PAGE), 'is not a MemoryManager'],
    ['another version', damaged((view) => view.setUint8(3, 2)), 'layout version 2 is not supported'],
    ['a bucket size of zero', damaged((view) => view.setUint16(6, 0, true)), 'bucket size is zero'],
    ['too many buckets', damaged((view) => view.setUint16(4, 32769, true)), '32769 allocated buckets'],
    ['reserved bytes in use', damaged((view) => view.setUint8(39, 1)), 'reserved bytes in use'],
    ['a truncated stable memory', writeManager(facts).slice(0, 3 * WASM_PAGE), 'need 4 pages'],
    [
      'an owner that was never allocated',
      damaged((view) => view.setUint8(2080 + 3, 9)),
      'bucket 3 has an owner',
    ],
    ['one far behind', damaged((view) => view.setUint8(2080 + 32767, 9)), 'bucket 32767 has an owner'],
    [
      'a size without buckets',
      damaged((view) => view.setBigUint64(40 + 8 * 5, 1n, true)),
      'size of memory 5 contradicts',
    ],
    [
      'buckets without a size',
      damaged((view) => view.setBigUint64(40 + 8, 0n, true)),
      'size of memory 1 contradicts',
    ],
    ['an owner changed', damaged((view) => view.setUint8(2080, 2)), 'size of memory 1 contradicts'],
    [
      'a size beyond everything',
      damaged((view) => view.setBigUint64(48, 2n ** 60n, true)),
      'memory 1 is beyond',
    ],
  ])('%s: refused by name and left untouched', async (_, bytes, message) => {
    const stable = new StableMemory(bytes);
    const start = StorageHost.start({ stable });
    await expect(start).rejects.toThrow(NativeTrap);
    await expect(start).rejects.toThrow(message);
    expect(Buffer.compare(stable.bytes(), bytes)).toBe(0);
    expect(stable.writes + stable.grows).toBe(0);
  });
});
