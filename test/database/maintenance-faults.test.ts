import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { installFacade } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';
import { BufferStableMemory, NativeTrap } from '../../src/native/node';
import { FailingMemory, type Moment } from '../native/histories/failing-memory';
import { checkManager, readVirtualMemory } from '../native/storage/manager-image';
import { checkConservation, readPageChecksums, readStoredImage } from '../native/storage/store-image';
import { startHost, thrownBy } from '../support/native-host';

const SLOT = 120;
const OTHER = 121;
const ALL = 1_000_000;

/** Two archives, of which the first has free pages before what it holds. */
async function prepared(prepare: (native: NativeModule) => void): Promise<Uint8Array> {
  const memory = new BufferStableMemory();
  const { native } = await startHost({ stableMemory: memory, now: () => 1_700_000_000_000_000_000n });
  installFacade(native);
  for (const slot of [SLOT, OTHER]) {
    const connection = native.create(slot, 1);
    connection.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v);
      WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 400)
      INSERT INTO t SELECT x, hex(randomblob(1000)) FROM n`);
    connection.close();
  }
  const snapshot = native.createSnapshot(SLOT, 'before');
  const connection = native.open(SLOT);
  connection.exec('UPDATE t SET v = id || v WHERE id > 100');
  connection.close();
  native.deleteSnapshot(SLOT, snapshot);
  while (!native.reclaimImages(SLOT, ALL));
  prepare(native);
  return memory.toBytes();
}

const nothing = () => {};
const CASES: [string, (native: NativeModule) => void, (native: NativeModule) => unknown][] = [
  ['compaction', nothing, (native) => native.compact(SLOT, 12)],
  [
    'compaction that returns a bucket',
    (native) => void native.compact(SLOT, 150),
    (native) => native.compact(SLOT, ALL),
  ],
  ['first part of a purge', nothing, (native) => native.purgeSlot(SLOT, 1)],
  [
    'last part of a purge',
    (native) => void native.purgeSlot(SLOT, 1),
    (native) => native.purgeSlot(SLOT, ALL),
  ],
  ['begin of a checksum refresh', nothing, (native) => native.refreshChecksum(SLOT, 10)],
  [
    'end of a checksum refresh',
    (native) => void native.refreshChecksum(SLOT, 10),
    (native) => native.refreshChecksum(SLOT, ALL),
  ],
  [
    'giving up a checksum refresh',
    (native) => void native.refreshChecksum(SLOT, 10),
    (native) => native.cancelChecksum(SLOT, ALL),
  ],
  ['switching page checksums', nothing, (native) => native.setPageChecksums(SLOT, true)],
  [
    'the pass over page checksums',
    (native) => native.setPageChecksums(SLOT, true),
    (native) => native.continuePageChecksums(SLOT, ALL),
  ],
];

/** The other archive's image, and a session in which it is imported into the first. */
const imageOf = (native: NativeModule) => native.readImage(OTHER, 0, native.describeSlot(OTHER)!.logicalSize);
const HALF = 200_000;

function begin(native: NativeModule): number {
  const image = imageOf(native);
  const digest = new Uint8Array(createHash('sha256').update(image).digest());
  return native.beginImport(SLOT, image.length, 1_000_000, digest);
}

function receiveHalf(native: NativeModule): number {
  const session = begin(native);
  native.writeImportChunk(SLOT, session, 0, imageOf(native).subarray(0, HALF));
  return session;
}

function receive(native: NativeModule): number {
  const session = receiveHalf(native);
  native.writeImportChunk(SLOT, session, HALF, imageOf(native).subarray(HALF));
  return session;
}

function verified(native: NativeModule): number {
  const session = receive(native);
  expect(native.verifyImport(SLOT, session, 1e15).phase).toBe('verified');
  return session;
}

const session = (native: NativeModule) => native.importStatus(SLOT)!.session;

CASES.push(
  ['begin of an import', nothing, begin],
  [
    'a chunk of an import, with parts of pages at its ends',
    (native) => void receiveHalf(native),
    (native) =>
      native.writeImportChunk(SLOT, session(native), HALF, imageOf(native).subarray(HALF, HALF + 90_001)),
  ],
  [
    'verification of an import',
    (native) => void receive(native),
    (native) => native.verifyImport(SLOT, session(native), 1e15),
  ],
  [
    'refusal of an import',
    (native) => {
      const number = receive(native);
      native.writeImportChunk(SLOT, number, 5_000, Uint8Array.of(1, 2, 3));
    },
    (native) => refusalOf(() => native.verifyImport(SLOT, session(native), 1e15)),
  ],
  [
    'switch to an import',
    (native) => void verified(native),
    (native) => native.switchImport(SLOT, session(native)),
  ],
  [
    'switch to an import that keeps what it replaces',
    (native) => void verified(native),
    (native) => native.switchImport(SLOT, session(native), 'replaced'),
  ],
  [
    'giving up an import',
    (native) => void receiveHalf(native),
    (native) => native.cancelImport(SLOT, session(native)),
  ],
);

/** Runs what ends in a refusal that is no trap. */
function refusalOf(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (error instanceof NativeTrap) throw error;
    return;
  }
  throw new Error('nothing was refused');
}

describe.each(CASES)('%s', (name, prepare, operate) => {
  let before: Uint8Array;

  beforeAll(async () => {
    before = await prepared(prepare);
  });

  async function run(write: number, moment: Moment) {
    const memory = new FailingMemory(before);
    const host = await startHost({ stableMemory: memory, now: () => 1_700_000_000_000_000_000n });
    installFacade(host.native);
    memory.failAt(write, moment);
    return { host, memory };
  }

  it('that is refused memory changes nothing, or does not need it', async () => {
    const { host, memory } = await run(0, 'before');
    memory.refusesGrowth = true;
    try {
      operate(host.native);
    } catch (error) {
      expect(error).toMatchObject({ code: 'STABLE_MEMORY_FULL' });
      expect(Buffer.compare(memory.toBytes(), before)).toBe(0);
      memory.refusesGrowth = false;
      operate(host.native);
    }
    checkManager(memory.toBytes());
  });

  it.each<Moment>(['before', 'after'])('that traps %s any of its changes changes nothing', async (moment) => {
    let write = 1;
    for (; ; write++) {
      const { host, memory } = await run(write, moment);
      let trap: unknown;
      try {
        operate(host.native);
      } catch (error) {
        trap = error;
      }
      if (trap === undefined) break;
      expect(trap).toBeInstanceOf(NativeTrap);
      // What was grown in vain stays with the buffer, and is no part of stable memory.
      expect(Buffer.compare(memory.toBytes().subarray(0, before.length), before)).toBe(0);
      expect(thrownBy(() => operate(host.native))).toBeInstanceOf(NativeTrap);
    }
    expect(write).toBeGreaterThan(1);
  });

  it('leaves the other archive as it was, and every page and bucket accounted for', async () => {
    const { host, memory } = await run(0, 'before');
    const other = readStoredImage(readVirtualMemory(before, OTHER));
    operate(host.native);
    const after = memory.toBytes();
    checkManager(after);
    expect(Buffer.compare(readStoredImage(readVirtualMemory(after, OTHER)), other)).toBe(0);
    const slot = readVirtualMemory(after, SLOT);
    if (name.includes('purge')) return;
    const replaced = name.startsWith('switch to');
    checkConservation(slot);
    readPageChecksums(slot);
    const image = readStoredImage(readVirtualMemory(before, replaced ? OTHER : SLOT));
    expect(Buffer.compare(readStoredImage(slot), image)).toBe(0);
  });
});
