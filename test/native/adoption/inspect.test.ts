import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../../src/database';
import type { SlotContent } from '../../../src/native/interface';
import { xxh64 } from '../storage/xxh64';
import { AdoptionHost, SLOT } from './adoption-host';
import {
  FLAG,
  fnv64,
  put,
  reseal,
  superblock6,
  superblock8,
  writeInPlace,
  writeOld,
  writeSegmented,
} from './foreign-images';
import { mount, mountedFile } from './mounted';
import { randomFile } from './sqlite-file';

const file = randomFile({ pageSize: 16384, pages: 9, seed: 5 });

/** What a slot with this content is said to hold. Fails when saying so changed a byte. */
async function inspect(memory: Uint8Array): Promise<SlotContent> {
  const stable = mount({ 7: new Uint8Array(65536).fill(7), [SLOT]: memory });
  const host = await AdoptionHost.start(stable);
  const content = host.native.inspectSlot(SLOT);
  expect(Buffer.compare(host.bytes(), stable), 'inspecting wrote').toBe(0);
  return content;
}

function changed(memory: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  const copy = memory.slice();
  change(copy);
  return copy;
}

/** The same with a superblock whose checksum holds. */
function resealed(memory: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  return changed(memory, (bytes) => {
    change(bytes);
    reseal(bytes);
  });
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);

describe('the writers of these tests', () => {
  it('agree with known checksums', () => {
    const text = (value: string) => new TextEncoder().encode(value);
    const checksumOf = (head: Uint8Array, field: number) => view(head).getBigUint64(field, true);
    expect(fnv64(text(''))).toBe(0xcbf29ce484222325n);
    expect(fnv64(text('foobar'))).toBe(0x85944171f73967e8n);
    expect(checksumOf(superblock6(0, 0, 0, {}), 144)).toBe(0xf744f105880ce04cn);
    expect(checksumOf(superblock8(0, 65536, [], {}), 152)).toBe(0x303ad12efe4a1bdcn);
    const committed = superblock8(98304, 65536, [], { transactionId: 1, flags: FLAG.stale });
    expect(checksumOf(committed, 152)).toBe(0x4ed2a38bd28050b0n);
    const shrunk = superblock8(16384, 65536, [[1, 3]], { transactionId: 3, flags: FLAG.stale });
    expect(checksumOf(shrunk, 152)).toBe(0x71bb7309deb005afn);
  });
});

describe('inspecting', () => {
  it('names a slot that was never written', async () => {
    const host = await AdoptionHost.start(mount({ 7: new Uint8Array(65536) }));
    expect(host.native.inspectSlot(SLOT)).toEqual({
      kind: 'empty',
      layoutVersion: 0,
      adoptable: false,
      fault: '',
      memoryBytes: 0,
      imageSize: 0,
      pageSize: 0,
      transactionId: 0,
      checksum: 'none',
      importing: false,
    });
  });

  it('names an archive of ours', async () => {
    const host = await AdoptionHost.start(mount({}));
    const db = new Database(host.native, { memoryId: SLOT, create: true });
    db.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)');
    expect(host.native.inspectSlot(SLOT)).toMatchObject({
      kind: 'tabularium',
      layoutVersion: 1,
      adoptable: false,
      fault: '',
      imageSize: 8192,
      pageSize: 4096,
      transactionId: 2,
    });
    const memory = host.memory(SLOT);
    expect(await inspect(changed(memory, (bytes) => bytes.set([9], 8)))).toMatchObject({
      kind: 'tabularium',
      layoutVersion: 9,
      fault: expect.stringContaining('version'),
    });
    expect(await inspect(changed(memory, (bytes) => bytes.set([9], 50)))).toMatchObject({
      kind: 'tabularium',
      fault: expect.stringContaining('checksum'),
    });
    const beyond = changed(memory, (bytes) => {
      view(bytes).setUint32(88, memory.length / 4096 + 1, true);
      put(bytes, 248, xxh64(bytes.subarray(0, 248)));
    });
    expect(await inspect(beyond)).toMatchObject({
      kind: 'tabularium',
      fault: expect.stringContaining('past the end'),
    });
  });

  it('names an ic-sqlite-vfs image of version 6', async () => {
    const memory = writeSegmented(file, { transactionId: 41, flags: FLAG.stale | FLAG.importing });
    expect(await inspect(memory)).toEqual({
      kind: 'ic-sqlite-vfs',
      layoutVersion: 6,
      adoptable: true,
      fault: '',
      memoryBytes: memory.length,
      imageSize: file.length,
      pageSize: 16384,
      transactionId: 41,
      checksum: 'none',
      importing: true,
    });
  });

  it('names one of version 8, wherever its image begins', async () => {
    for (const base of [65536, 65536 + 7 * 16384, 10 * 65536]) {
      const memory = writeInPlace(file, { base, transactionId: 2, checksum: fnv64(file) });
      expect(await inspect(memory)).toMatchObject({
        kind: 'ic-sqlite-vfs',
        layoutVersion: 8,
        adoptable: true,
        imageSize: file.length,
        pageSize: 16384,
        transactionId: 2,
        checksum: 'fresh',
        importing: false,
      });
    }
    const stale = writeInPlace(file, { flags: FLAG.stale, checksum: 77n });
    expect(await inspect(stale)).toMatchObject({ checksum: 'stale', adoptable: true });
  });

  it('names images that nothing was written to yet', async () => {
    const nothing = new Uint8Array(0);
    for (const memory of [writeSegmented(nothing), writeInPlace(nothing)]) {
      expect(await inspect(memory)).toMatchObject({
        kind: 'ic-sqlite-vfs',
        adoptable: true,
        imageSize: 0,
        pageSize: 0,
        checksum: 'none',
      });
    }
  });

  it.each([512, 1024, 4096, 65536])('names a mounted file of pages of %i bytes', async (pageSize) => {
    const image = randomFile({ pageSize, pages: 5, seed: 3 });
    const memory = mountedFile(image, 2);
    expect(await inspect(memory)).toMatchObject({
      kind: 'sqlite',
      layoutVersion: 0,
      adoptable: true,
      memoryBytes: memory.length,
      imageSize: image.length,
      pageSize,
      checksum: 'none',
    });
  });

  it('counts a mounted file’s pages itself where its header does not', async () => {
    const image = randomFile({ pageSize: 4096, pages: 5, seed: 3 });
    const old = changed(mountedFile(image), (bytes) => view(bytes).setUint32(92, 1));
    expect(await inspect(old)).toMatchObject({ adoptable: true, imageSize: 65536 });
  });

  const segmented = writeSegmented(file);
  const inPlace = writeInPlace(file);
  const mounted = mountedFile(file);
  const wide = 2n ** 63n;
  it.each<[string, SlotContent['kind'], Uint8Array, string]>([
    ['version 1', 'ic-sqlite-vfs', writeOld(file, 1), 'by name only'],
    ['version 2', 'ic-sqlite-vfs', writeOld(file, 2), 'by name only'],
    ['version 7', 'ic-sqlite-vfs', changed(inPlace, (b) => b.set([7], 8)), 'by name only'],
    ['version 9', 'ic-sqlite-vfs', changed(inPlace, (b) => b.set([9], 8)), 'by name only'],
    ['a damaged version 1', 'ic-sqlite-vfs', changed(writeOld(file, 1), (b) => b.set([1], 30)), 'checksum'],
    ['a damaged version 2', 'ic-sqlite-vfs', changed(writeOld(file, 2), (b) => b.set([1], 30)), 'checksum'],
    ['a damaged version 6', 'ic-sqlite-vfs', changed(segmented, (b) => b.set([1], 40)), 'checksum'],
    ['a damaged version 8', 'ic-sqlite-vfs', changed(inPlace, (b) => b.set([1], 40)), 'checksum'],
    ['too many extents', 'ic-sqlite-vfs', changed(inPlace, (b) => put(b, 144, 1025)), 'contradict'],
    ['two versions', 'ic-sqlite-vfs', resealed(segmented, (b) => put(b, 136, 8)), 'contradict'],
    ['another page size', 'ic-sqlite-vfs', resealed(inPlace, (b) => b.set([0, 16], 12)), 'contradict'],
    ['too few segments', 'ic-sqlite-vfs', resealed(segmented, (b) => put(b, 128, 0)), 'contradict'],
    ['no root table', 'ic-sqlite-vfs', resealed(segmented, (b) => put(b, 120, 0)), 'contradict'],
    ['another page count', 'ic-sqlite-vfs', resealed(inPlace, (b) => put(b, 128, 3)), 'contradict'],
    ['a root table outside', 'ic-sqlite-vfs', resealed(segmented, (b) => put(b, 120, wide)), 'past the end'],
    ['a root table in front', 'ic-sqlite-vfs', resealed(segmented, (b) => put(b, 120, 8)), 'past the end'],
    ['an image outside', 'ic-sqlite-vfs', resealed(inPlace, (b) => put(b, 112, 8 * 65536)), 'past the end'],
    [
      'an image far outside',
      'ic-sqlite-vfs',
      resealed(inPlace, (b) => put(b, 112, -1n + 2n ** 64n)),
      'past the end',
    ],
    ['an image in front', 'ic-sqlite-vfs', resealed(inPlace, (b) => put(b, 112, 0)), 'past the end'],
    ['a giant', 'ic-sqlite-vfs', resealed(inPlace, (b) => put(b, 16, 2n ** 60n)), '64 GiB'],
    ['no SQLite in version 6', 'ic-sqlite-vfs', writeSegmented(file.slice().fill(3)), 'not a SQLite'],
    ['no SQLite in version 8', 'ic-sqlite-vfs', writeInPlace(file.slice().fill(3)), 'not a SQLite'],
    ['half a header', 'ic-sqlite-vfs', writeInPlace(file.subarray(0, 99)), 'not a SQLite'],
    ['half an image', 'ic-sqlite-vfs', writeInPlace(file.subarray(0, 3 * 16384)), 'shorter'],
    ['half a file', 'sqlite', changed(mounted, (b) => view(b).setUint32(28, 100)), 'shorter'],
    ['an odd page size', 'sqlite', changed(mounted, (b) => view(b).setUint16(16, 1000)), 'page size'],
    ['WAL mode', 'sqlite', changed(mounted, (b) => b.set([2, 2], 18)), 'WAL'],
    ['a format to come', 'sqlite', changed(mounted, (b) => b.set([1, 3], 18)), 'later SQLite'],
    ['text', 'unknown', new Uint8Array(65536).fill(0x41), 'no layout'],
    ['zeros', 'unknown', new Uint8Array(65536), 'no layout'],
  ])('tells %s apart', async (_, kind, memory, fault) => {
    expect(await inspect(memory)).toMatchObject({
      kind,
      adoptable: false,
      fault: expect.stringContaining(fault),
    });
  });

  it.each<[string, [number, number][]]>([
    ['empty', [[3, 3]]],
    ['reversed', [[5, 4]]],
    [
      'touching',
      [
        [1, 2],
        [2, 3],
      ],
    ],
    [
      'out of order',
      [
        [4, 6],
        [1, 2],
      ],
    ],
  ])('refuses zero extents that are %s', async (_, extents) => {
    const memory = changed(inPlace, (bytes) => bytes.set(superblock8(file.length, 65536, extents, {})));
    expect(await inspect(memory)).toMatchObject({ fault: expect.stringContaining('contradict') });
  });
});

describe('a superblock with any byte changed', () => {
  let host: AdoptionHost;
  beforeAll(async () => {
    host = await AdoptionHost.start(
      mount({
        [SLOT]: writeSegmented(file),
        [SLOT + 1]: writeInPlace(holes),
        [SLOT + 2]: writeInPlace(file),
      }),
    );
  });
  const holes = file.slice().fill(0, 32768, 65536).fill(0, 98304, 114688);

  /** Length of a superblock, without bytes that older ones left behind it. */
  const lengths = [152, 160 + 2 * 16, 160];

  it('is never adoptable', async () => {
    const bytes = host.bytes();
    const manager = 65536;
    const buckets = bytes.subarray(2080, 2090);
    for (const slot of [0, 1, 2]) {
      const first = buckets.indexOf(SLOT + slot);
      await fc.assert(
        fc.asyncProperty(
          fc.nat({ max: lengths[slot]! - 1 }),
          fc.integer({ min: 1, max: 255 }),
          async (offset, mask) => {
            const damaged = bytes.slice();
            damaged[manager + first * 65536 + offset]! ^= mask;
            const other = await AdoptionHost.start(damaged);
            const content = other.native.inspectSlot(SLOT + slot);
            expect(content.adoptable).toBe(false);
            expect(content.kind).toBe(offset < 8 ? 'unknown' : 'ic-sqlite-vfs');
            expect(() => other.native.beginAdoption(SLOT + slot, 1)).toThrow(/It is untouched/);
            expect(Buffer.compare(other.bytes(), damaged)).toBe(0);
          },
        ),
        { numRuns: 60 },
      );
    }
  });
});
