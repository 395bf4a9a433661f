import { beforeEach, describe, expect, it } from 'vitest';
import { Database, installFacade } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';
import { BufferStableMemory, NativeTrap, type NodeHost } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

const CATALOG = 119;

let stableMemory: BufferStableMemory;
let host: NodeHost;
let native: NativeModule;
beforeEach(async () => {
  stableMemory = new BufferStableMemory();
  host = await startHost({ stableMemory });
  native = host.native;
  installFacade(native);
});

/** A database image with the given SQL run in it. */
async function imageOf(sql: string): Promise<Uint8Array> {
  const other = await startHost();
  const db = new Database(other.native, { memoryId: 120, create: true });
  db.exec(sql);
  return other.native.readImage(120, 0, other.native.describeSlot(120)!.logicalSize);
}

describe('raw memory', () => {
  it('grows by pages and keeps texts', () => {
    expect(native.memorySize(CATALOG)).toBe(0);
    expect(native.growMemory(CATALOG, 2)).toBe(0);
    expect(native.growMemory(CATALOG, 1)).toBe(2);
    expect(native.memorySize(CATALOG)).toBe(3 * 65_536);
    const text = 'tëxt 😀 \0 end';
    const length = native.writeText(CATALOG, 100, text);
    expect(length).toBe(new TextEncoder().encode(text).length);
    expect(native.readText(CATALOG, 100, length)).toBe(text);
    expect(native.readText(CATALOG, 0, 0)).toBe('');
  });

  it('is bounded', () => {
    native.growMemory(CATALOG, 1);
    expect(() => native.writeText(CATALOG, 65_535, 'ab')).toThrow(RangeError);
    expect(() => native.readText(CATALOG, 65_530, 7)).toThrow(
      new RangeError('The range of 7 bytes from 65530 ends past memory 119'),
    );
    expect(() => native.readText(CATALOG, -1, 1)).toThrow(RangeError);
    expect(() => native.readText(255, 0, 0)).toThrow(RangeError);
    expect(() => native.writeText(CATALOG, 0, 5 as unknown as string)).toThrow(
      new TypeError('text must be a string'),
    );
    expect(native.readText(CATALOG, 65_535, 1)).toBe('\0');
  });

  it('has XXH64 checksums', () => {
    expect(native.checksumText('')).toBe('ef46db3751d8e999');
    expect(native.checksumText('a')).toBe('d24ec4f1a98c6e5b');
    native.growMemory(CATALOG, 2);
    const text = 'x'.repeat(100_000);
    native.writeText(CATALOG, 17, text);
    expect(native.checksumMemory(CATALOG, 17, 100_000)).toBe(native.checksumText(text));
    expect(() => native.checksumMemory(CATALOG, 100_000, 100_000)).toThrow(RangeError);
  });

  it('is reported by MemoryId', () => {
    native.growMemory(CATALOG, 1);
    native.create(120, 0).close();
    const report = native.memoryReport();
    expect(report.bucketSizeInPages).toBe(16);
    expect(report.memories).toEqual([
      { memoryId: CATALOG, pages: 1, buckets: 1 },
      { memoryId: 120, pages: expect.any(Number), buckets: 1 },
    ]);
    expect(report.stablePages).toBe(stableMemory.pages);
  });

  it('tells when stable memory has no more room', async () => {
    const limited = new BufferStableMemory();
    const grow = limited.grow.bind(limited);
    limited.grow = (pages) => (limited.pages + pages > 40 ? -1 : grow(pages));
    const { native: small } = await startHost({ stableMemory: limited });
    installFacade(small);
    expect(thrownBy(() => small.growMemory(CATALOG, 100))).toMatchObject({ code: 'STABLE_MEMORY_FULL' });
    const db = new Database(small, { memoryId: 120, create: true });
    db.exec('CREATE TABLE t (x)');
    const fill = db.transaction(() => {
      for (let i = 0; i < 100; i++) db.prepare('INSERT INTO t VALUES (randomblob(50000))').run();
    });
    expect(thrownBy(fill)).toMatchObject({ code: 'SQLITE_FULL' });
    expect(db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(0);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

describe('an import', () => {
  it('replaces an image, chunk by chunk, and reports its progress', async () => {
    const image = await imageOf("CREATE TABLE t AS SELECT 'new' AS x, zeroblob(20000)");
    const db = new Database(native, { memoryId: 120, create: true });
    db.exec("CREATE TABLE t AS SELECT 'old' AS x");
    expect(native.importStatus(120)).toBeUndefined();
    const session = native.beginImport(120, image.length, 60);
    for (let at = 0; at < image.length; at += 4096) {
      native.writeImportChunk(120, session, at, image.subarray(at, at + 4096));
      expect(native.importStatus(120)).toMatchObject({
        session,
        phase: 'receiving',
        received: Math.min(at + 4096, image.length),
        total: image.length,
      });
    }
    expect(native.verifyImport(120, session, 0)).toMatchObject({ phase: 'checking' });
    expect(native.verifyImport(120, session, 1_000_000)).toMatchObject({ phase: 'verified' });
    expect(db.prepare('SELECT x FROM t').pluck().get()).toBe('old');
    expect(thrownBy(() => native.switchImport(120, session))).toMatchObject({ code: 'SLOT_BUSY' });
    db.close();
    native.switchImport(120, session);
    expect(native.importStatus(120)).toBeUndefined();
    const restored = new Database(native, { memoryId: 120 });
    expect(restored.prepare('SELECT x FROM t').pluck().get()).toBe('new');
    expect(native.readImage(120, 0, image.length)).toEqual(image);
  });

  it.each<[string, string, (image: Uint8Array, session: number) => void]>([
    ['another one', 'IMPORT_BUSY', (image) => native.beginImport(120, image.length, 60)],
    [
      'verification before the end',
      'IMPORT_INCOMPLETE',
      (_, session) => native.verifyImport(120, session, 1),
    ],
    ['a switch before verification', 'IMPORT_UNVERIFIED', (_, session) => native.switchImport(120, session)],
    [
      'a chunk past the end',
      'OUT_OF_BOUNDS',
      (image, session) => native.writeImportChunk(120, session, image.length, Uint8Array.of(1)),
    ],
    [
      'a chunk of another session',
      'IMPORT_SESSION',
      (_, session) => native.writeImportChunk(120, session + 1, 0, Uint8Array.of(1)),
    ],
    [
      'a chunk whose checksum does not hold',
      'IMPORT_CHECKSUM',
      (_, session) => native.writeImportChunk(120, session, 0, Uint8Array.of(1), '0123456789abcdef'),
    ],
  ])('refuses %s: %s', async (_, code, act) => {
    const image = await imageOf('CREATE TABLE t (x)');
    native.create(120, 0).close();
    const session = native.beginImport(120, image.length, 60);
    expect(thrownBy(() => act(image, session))).toMatchObject({ code });
    native.cancelImport(120, session);
    expect(thrownBy(() => native.cancelImport(120, session))).toMatchObject({ code: 'IMPORT_NONE' });
  });

  it.each<[string, (image: Uint8Array) => Uint8Array]>([
    ['IMPORT_NOT_SQLITE', (image) => image.fill(7, 0, 16)],
    ['IMPORT_TRUNCATED', (image) => image.slice(0, 4096)],
    ['IMPORT_PAGE_SIZE', (image) => image.fill(0x11, 16, 18)],
  ])('of a damaged image is refused with %s, and the live one stays', async (code, damage) => {
    const image = damage(await imageOf('CREATE TABLE t (x)'));
    new Database(native, { memoryId: 120, create: true }).exec('CREATE TABLE mine (x)').close();
    const session = native.beginImport(120, image.length, 60);
    native.writeImportChunk(120, session, 0, image);
    expect(thrownBy(() => native.verifyImport(120, session, 1_000_000))).toMatchObject({ code });
    expect(native.importStatus(120)).toMatchObject({ phase: 'refused', code });
    native.cancelImport(120, session);
    const db = new Database(native, { memoryId: 120 });
    expect(db.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['mine']);
  });

  it('takes chunks from a message only inside of that message', () => {
    native.create(120, 0).close();
    const session = native.beginImport(120, 8192, 60);
    for (const slice of [{ offset: 0, length: 5 }, { offset: -1, length: 1 }, 'slice', {}, undefined]) {
      expect(() => native.writeImportChunk(120, session, 0, slice as never)).toThrow(TypeError);
    }
  });

  it('needs an archive in the slot', () => {
    for (const act of [
      () => native.beginImport(121, 4096, 60),
      () => native.importStatus(121),
      () => native.readImage(121, 0, 1),
    ]) {
      expect(thrownBy(act)).toMatchObject({ code: 'SLOT_EMPTY' });
    }
    expect(native.describeSlot(121)).toBeUndefined();
  });
});

describe('two hosts in one process', () => {
  it('do not get in each other’s way', async () => {
    const { native: other } = await startHost();
    const here = new Database(native, { memoryId: 120, create: true }).prepare('SELECT 1').pluck();
    const there = new Database(other, { memoryId: 120, create: true }).prepare('SELECT 2').pluck();
    expect([here.get(), there.get(), here.get()]).toEqual([1, 2, 1]);
  });
});

describe('the host', () => {
  it('refuses foreign stable memory, and leaves it as it was', async () => {
    const foreign = new Uint8Array(2 * 65_536).fill(7);
    const memory = new BufferStableMemory(foreign);
    await expect(startHost({ stableMemory: memory })).rejects.toThrow(NativeTrap);
    expect(Buffer.compare(memory.toBytes(), foreign)).toBe(0);
  });

  it('keeps archives from one instance to the next', async () => {
    new Database(native, { memoryId: 120, create: true }).exec('CREATE TABLE t AS SELECT 42 AS x');
    const next = await startHost({ stableMemory });
    const db = new Database(next.native, { memoryId: 120 });
    expect(db.prepare('SELECT x FROM t').pluck().get()).toBe(42);
  });

  it('undoes what a message did to stable memory before it trapped, and is over then', async () => {
    const db = new Database(native, { memoryId: 120, create: true });
    db.exec('CREATE TABLE t (x)');
    const before = stableMemory.toBytes();
    const failing = () =>
      host.message({}, () => {
        db.exec('INSERT INTO t VALUES (1)');
        native.growMemory(CATALOG, 1);
        throw new NativeTrap('in the middle');
      });
    expect(failing).toThrow('in the middle');
    expect(host.trapped).toBe(true);
    expect(() => db.exec('SELECT 1')).toThrow('this host trapped before');
    expect(Buffer.compare(stableMemory.toBytes().subarray(0, before.length), before)).toBe(0);
    const next = await startHost({ stableMemory: new BufferStableMemory(before) });
    const again = new Database(next.native, { memoryId: 120 });
    expect(again.prepare('SELECT count(*) FROM t').pluck().get()).toBe(0);
  });

  it('refuses what would fill the engine’s stack, and goes on', () => {
    const db = new Database(native, { memoryId: 120, create: true });
    db.exec('CREATE TABLE t AS SELECT 1 AS x');
    const deep = `SELECT 1${'+1'.repeat(200_000)}`;
    expect(thrownBy(() => db.prepare(deep))).toMatchObject({ code: 'SQL_TOO_DEEP' });
    expect(db.prepare('SELECT x FROM t').pluck().get()).toBe(1);
  });

  it('installs a facade of its own version only', () => {
    const other = { ...native, interfaceVersion: 99 } as NativeModule;
    expect(() => installFacade(other)).toThrow('the native module has interface 99');
    expect(() => native.install({} as never)).toThrow(TypeError);
    expect(() => native.seedRandomness(new Uint8Array(5))).toThrow(new RangeError('seed must have 32 bytes'));
    expect(() => native.seedRandomness('seed' as never)).toThrow(TypeError);
    expect(native.engineVersion).toBe('3.53.0');
    expect(native.nothing()).toBeUndefined();
  });
});

describe('a message', () => {
  it('that ends inside a transaction is undone, and named by its slot', async () => {
    const db = new Database(native, { memoryId: 120, create: true });
    db.exec('CREATE TABLE t (a)');
    const message = () => host.message({}, () => void db.exec('BEGIN; INSERT INTO t VALUES (1)'));
    expect(message).toThrow(NativeTrap);
    expect(host.trapped).toBe(true);
    const again = await startHost({ stableMemory });
    const reopened = new Database(again.native, { memoryId: 120 });
    expect(reopened.prepare('SELECT count(*) FROM t').pluck().get()).toBe(0);
    const left = () => again.message({}, () => void reopened.exec('SAVEPOINT open'));
    expect(left).toThrow(/ends inside a transaction, on MemoryId 120\. Commit or roll back before you await/);
  });

  it('may use transactions and end them', () => {
    const db = new Database(native, { memoryId: 130, create: true });
    const reply = host.message({}, () => db.transaction(() => void db.exec('CREATE TABLE t (a)'))());
    expect(reply).toBeUndefined();
    expect(db.inTransaction).toBe(false);
  });
});
