import { beforeAll, describe, expect, it } from 'vitest';
import { installFacade } from '../../src/database';
import type { NativeModule } from '../../src/native/interface';
import { BufferStableMemory, NativeTrap } from '../../src/native/node';
import { checkManager, readVirtualMemory } from '../native/storage/manager-image';
import { checkConservation, readPageChecksums, readStoredImage } from '../native/storage/store-image';
import { startHost, thrownBy } from '../support/native-host';

const SLOT = 120;
const OTHER = 121;
const ALL = 1_000_000;

type Moment = 'before' | 'after';

/** Stable memory that traps once, before or after its n-th write. */
class FailingMemory extends BufferStableMemory {
  #left: number | undefined;
  #moment: Moment = 'before';

  failAt(write: number, moment: Moment): void {
    this.#left = write;
    this.#moment = moment;
  }

  override write(offset: number, source: Uint8Array): void {
    const fails = this.#left !== undefined && --this.#left === 0;
    if (fails) this.#left = undefined;
    if (fails && this.#moment === 'before') throw new NativeTrap('a fault before the write');
    super.write(offset, source);
    if (fails) throw new NativeTrap('a fault after the write');
  }
}

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

  it.each<Moment>(['before', 'after'])('that traps %s any of its writes changes nothing', async (moment) => {
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
      expect(Buffer.compare(memory.toBytes(), before)).toBe(0);
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
    checkConservation(slot);
    readPageChecksums(slot);
    const image = readStoredImage(readVirtualMemory(before, SLOT));
    expect(Buffer.compare(readStoredImage(slot), image)).toBe(0);
  });
});
