import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askStockSqlite } from '../../examples/tour/stock-sqlite';
import { BufferStableMemory } from '../../src/native/node';
import { xxh64 } from '../native/storage/xxh64';
import { startHost } from '../support/native-host';
import { InstalledTabularium } from '../support/tabularium';

const run = promisify(execFile);
const SCRIPT = join(import.meta.dirname, 'read-archive.mjs');
const FIRST = 120;

let folder: string;
let stable: Uint8Array;
const exported: Uint8Array[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tabularium-'));
  const canister = await InstalledTabularium.install({ bucketSizeInPages: 2 });
  const archives = [await canister.archive('a'), await canister.archive('b'), await canister.archive('c')];
  // In turns, so that their buckets lie in turns.
  for (const archive of archives) await archive.execute('CREATE TABLE t (x)');
  for (let round = 0; round < 4; round++) {
    for (const archive of archives.slice(0, 2))
      await archive.execute('INSERT INTO t VALUES (randomblob(150000))');
  }
  await archives[0]!.execute('DELETE FROM t WHERE rowid = 2');
  await archives[0]!.execute('INSERT INTO t VALUES (zeroblob(50000))');
  for (const archive of archives) exported.push(await archive.exportImage());
  await canister.archive('empty');
  stable = canister.inspect.readStable(0, canister.inspect.stableBytes);
});

afterAll(() => rm(folder, { recursive: true }));

/** What the script printed, and whether it failed. */
async function extract(bytes: Uint8Array, memoryId: number | string, name: string) {
  const source = join(folder, `${name}.stable`);
  const target = join(folder, `${name}.sqlite`);
  await writeFile(source, bytes);
  const { output, failed } = await run(process.execPath, [SCRIPT, source, String(memoryId), target]).then(
    ({ stdout }) => ({ output: stdout, failed: false }),
    ({ stderr }: { stderr: string }) => ({ output: stderr, failed: true }),
  );
  return { output, failed, target };
}

describe('the reader that needs no Tabularium', () => {
  it.each([0, 1, 2])('gets slot %i out as the canister exports it', async (slot) => {
    const { failed, target, output } = await extract(stable, FIRST + slot, `slot-${slot}`);
    expect(output).toContain(`${exported[slot]!.length} bytes`);
    expect(failed).toBe(false);
    const image = await readFile(target);
    expect(Buffer.compare(image, exported[slot]!)).toBe(0);
    expect(await askStockSqlite(image, 'PRAGMA integrity_check')).toEqual([['ok']]);
  });

  it('makes an empty file of an archive that nothing was written to', async () => {
    const { failed, target } = await extract(stable, FIRST + 3, 'empty');
    expect(failed).toBe(false);
    expect(await readFile(target)).toHaveLength(0);
  });

  const changed = (change: (bytes: Uint8Array) => void) => {
    const copy = stable.slice();
    change(copy);
    return copy;
  };
  const firstBucket = () => stable.subarray(2080, 2080 + 100).indexOf(FIRST);
  const superblock = () => 65536 + firstBucket() * 2 * 65536;

  const markPurging = (bytes: Uint8Array) => {
    const head = bytes.subarray(superblock(), superblock() + 256);
    head[84]! |= 1;
    new DataView(head.buffer, head.byteOffset).setBigUint64(248, xxh64(head.subarray(0, 248)), true);
  };

  it.each<[string, () => Uint8Array, number | string, RegExp]>([
    ['no stable memory', () => new Uint8Array(100), FIRST, /too short/],
    ['another stable memory', () => changed((bytes) => bytes.set([0], 0)), FIRST, /memory manager/],
    ['a manager to come', () => changed((bytes) => bytes.set([2], 3)), FIRST, /version 2/],
    [
      'a bucket without owner',
      () => changed((bytes) => bytes.set([255], 2080 + firstBucket())),
      FIRST,
      /damaged/,
    ],
    ['an unused MemoryId', () => stable, 200, /holds nothing/],
    ['a memory that is no archive', () => stable, 118, /not hold an archive/],
    ['an archive to come', () => changed((bytes) => bytes.set([2], superblock() + 8)), FIRST, /version 2/],
    ['a damaged superblock', () => changed((bytes) => bytes.set([1], superblock() + 60)), FIRST, /checksum/],
    ['an archive that is being purged', () => changed(markPurging), FIRST, /being purged/],
    ['half a stable memory', () => stable.subarray(0, superblock() + 65536), FIRST, /ends at byte/],
    ['no MemoryId', () => stable, 'first', /usage/],
  ])('refuses %s and leaves no file behind', async (name, bytes, memoryId, message) => {
    const { failed, output, target } = await extract(bytes(), memoryId, name.replaceAll(' ', '-'));
    expect(output).toMatch(message);
    expect(failed).toBe(true);
    expect(existsSync(target)).toBe(false);
  });

  it('compares the checksums of single pages where an archive keeps them', async () => {
    const stableMemory = new BufferStableMemory(stable);
    const { native } = await startHost({ stableMemory });
    native.setPageChecksums(FIRST, true);
    while (!native.continuePageChecksums(FIRST, 1000));
    const good = await extract(stableMemory.toBytes(), FIRST, 'checked');
    expect(good.failed).toBe(false);
    expect(Buffer.compare(await readFile(good.target), exported[0]!)).toBe(0);

    const bytes = stableMemory.toBytes();
    const page = 20;
    const place = Buffer.from(bytes).indexOf(exported[0]!.subarray(page * 4096, (page + 1) * 4096));
    bytes[place + 4000]! ^= 1;
    const damaged = await extract(bytes, FIRST, 'damaged');
    expect(damaged.failed).toBe(true);
    expect(damaged.output).toMatch(/page 20 of 4,096 bytes does not have its checksum/);
    expect(existsSync(damaged.target)).toBe(false);
  });

  it('does not replace a file', async () => {
    const target = join(folder, 'kept.sqlite');
    await writeFile(target, 'kept');
    const { failed, output } = await extract(stable, FIRST, 'kept');
    expect(failed).toBe(true);
    expect(output).toMatch(/EEXIST/);
    expect(await readFile(target, 'utf8')).toBe('kept');
  });
});
