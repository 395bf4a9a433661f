import { beforeEach, describe, expect, it } from 'vitest';
import { EVERYTHING, ModelledArchive, PAGE, Status } from './archive-model';
import { readVirtualMemory } from './manager-image';
import { StorageHost } from './storage-host';
import {
  checkConservation,
  type ImageFacts,
  readImageAt,
  readImages,
  readStoredImage,
  readSuperblock,
} from './store-image';

const SLOT = 120;
const OTHER = 121;
const SEGMENT = 256;
const State = { snapshot: 1, setAside: 4 } as const;
const Damaged = { page: 41, image: 42 } as const;
const OUT_OF_THE_SLOT = 0x00fffff0;

let host: StorageHost;
let archive: ModelledArchive;
let other: ModelledArchive;

const pages = (count: number, fill: number) => new Uint8Array(count * PAGE).fill(fill);
const newest = () => host.native.keptImage();
const imageOf = (id: bigint): ImageFacts => readImages(archive.memory).find((image) => image.id === id)!;

beforeEach(async () => {
  host = await StorageHost.start();
  archive = ModelledArchive.format(host, SLOT);
  other = ModelledArchive.format(host, OTHER);
  other.publish(0, pages(40, 9));
});

/** Where a slot's memory has the entry of a table; each table has 256 of 16 bytes. */
const entry = (table: number, index: number) => table * PAGE + index * 16;

function childOf(table: number, index: number): number {
  const { memory } = archive;
  return new DataView(memory.buffer, memory.byteOffset).getUint32(entry(table, index), true);
}

const directoryOf = (root: number) => childOf(root, 0);
const segmentOf = (root: number, segment: number) => childOf(directoryOf(root), segment);

function poke(offset: number, value: number): void {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  host.withBytes(bytes, (address) => host.native.writeMemory(SLOT, BigInt(offset), address, 4n));
}

/** An archive of 600 pages, all written again since its snapshot. */
function archiveWithSnapshot(): bigint {
  archive.publish(0, pages(600, 1));
  expect(archive.snapshot()).toBe(Status.ok);
  const id = newest();
  archive.publish(0, pages(600, 2));
  return id;
}

/** The live image byte for byte, the other archive too, and no page that either of them reaches is free or used twice. */
function expectSound(): void {
  const { memory } = archive;
  expect(Buffer.compare(readStoredImage(memory), archive.published)).toBe(0);
  other.check();
  const kept = readImages(memory).filter(({ state }) => state === State.snapshot);
  for (const image of kept) {
    const expected = archive.snapshots.get(image.id)!.bytes;
    expect(Buffer.compare(readImageAt(memory, image), expected)).toBe(0);
  }
}

async function upgrade(): Promise<void> {
  await archive.upgrade(OTHER);
  host = archive.host;
  other.host = host;
}

/** Whether a page still has what the snapshot of {@link archiveWithSnapshot} held. */
const isOfSnapshot = (page: number) =>
  archive.memory.subarray(page * PAGE, (page + 1) * PAGE).every((byte) => byte === 1);

/** Pages of the snapshot's first segment that its map leads to, damaged or not. */
function pagesLeft(root: number): number[] {
  if (directoryOf(root) === OUT_OF_THE_SLOT) return [];
  const table = segmentOf(root, 0);
  return Array.from({ length: SEGMENT }, (_, n) => childOf(table, n)).filter(isOfSnapshot);
}

/** Ways in which the map of a snapshot is damaged, and the logical page that it does not lead to any more. */
const DAMAGES: [string, number, (root: number) => void][] = [
  [
    'a segment table that lies out of the slot',
    599,
    (root) => poke(entry(directoryOf(root), 2), OUT_OF_THE_SLOT),
  ],
  ['a directory that lies out of the slot', 599, (root) => poke(entry(root, 0), OUT_OF_THE_SLOT)],
  [
    'a page that lies out of the slot',
    300,
    (root) => poke(entry(segmentOf(root, 1), 300 - SEGMENT), OUT_OF_THE_SLOT),
  ],
  [
    'a page of the live image at another place',
    300,
    (root) => poke(entry(segmentOf(root, 1), 300 - SEGMENT), livePage(7)),
  ],
  ['a page that is free', 300, (root) => poke(entry(segmentOf(root, 1), 300 - SEGMENT), freedPage())],
  ['a table that is another one', 511, (root) => poke(entry(directoryOf(root), 1), segmentOf(root, 0))],
];

const livePage = (logical: number) =>
  childOf(segmentOf(readSuperblock(archive.memory).rootTable, 0), logical);

/** A page below the mark that nobody uses: the last of another one's, cut off again. */
function freedPage(): number {
  archive.publish(600 * PAGE, pages(1, 3));
  const page = childOf(segmentOf(readSuperblock(archive.memory).rootTable, 2), 600 - 2 * SEGMENT);
  archive.truncate(600 * PAGE);
  expect(archive.commit()).toBe(true);
  return page;
}

describe.each(DAMAGES)('a deleted snapshot whose map leads to %s', (_, lost, damage) => {
  let id: bigint;

  beforeEach(() => {
    id = archiveWithSnapshot();
    damage(imageOf(id).rootTable);
    expect(archive.deleteSnapshot(id)).toBe(Status.ok);
  });

  it('is set aside by the commits that would give it back, which go on', async () => {
    for (let n = 0; n < 12; n++) archive.publish(n * 7 * PAGE, pages(2, 10 + n));
    expect(imageOf(id)).toMatchObject({ state: State.setAside, expires: BigInt(lost) });
    expectSound();
    await upgrade();
    const left = pagesLeft(imageOf(id).rootTable);
    archive.truncate(500 * PAGE);
    expect(archive.commit()).toBe(true);
    archive.publish(0, pages(700, 4));
    archive.snapshot();
    archive.publish(0, pages(10, 5));
    expect(archive.deleteSnapshot(newest())).toBe(Status.ok);
    expect(host.native.discardImages(SLOT, EVERYTHING)).toBe(1);
    expect(host.native.discardOutcome()).toBe(Status.ok);
    expectSound();
    for (const page of left) expect(isOfSnapshot(page)).toBe(true);
  });

  it('is told by whoever gives images back, once, by slot, image and page', () => {
    host.native.discardImages(SLOT, EVERYTHING);
    expect(host.native.discardOutcome()).toBe(Damaged.image);
    expect(host.native.damagedMemory()).toBe(SLOT);
    expect(host.native.damagedImage()).toBe(id);
    expect(host.native.damagedPage()).toBe(lost + 1);
    const before = host.stable.bytes();
    expect(host.native.discardImages(SLOT, EVERYTHING)).toBe(1);
    expect(host.native.discardOutcome()).toBe(Status.ok);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
    expectSound();
  });

  it('is purged with its archive', () => {
    host.native.discardImages(SLOT, 100);
    expect(host.native.purge(SLOT, EVERYTHING, 0)).toBe(Status.ok);
    expect(host.native.ownedBuckets(SLOT)).toBe(0);
    other.check();
    expect(host.native.formatStore(SLOT, 2n)).toBe(Status.ok);
  });
});

describe('a snapshot with a damaged map', () => {
  let id: bigint;

  beforeEach(() => {
    id = archiveWithSnapshot();
    poke(entry(directoryOf(imageOf(id).rootTable), 1), OUT_OF_THE_SLOT);
  });

  it('is not measured: slot, image and page are told', () => {
    const before = host.stable.bytes();
    expect(host.native.measureImage(SLOT, id, 0, EVERYTHING)).toBe(Damaged.image);
    expect(host.native.damagedMemory()).toBe(SLOT);
    expect(host.native.damagedImage()).toBe(id);
    expect(host.native.damagedPage()).toBe(SEGMENT + 1);
    expect(Buffer.compare(host.stable.bytes(), before)).toBe(0);
  });

  it('is read where its map holds, and where it does not, the page is told', () => {
    const read = (page: number) =>
      host.withRoom(PAGE, (address) => host.native.readPinned(SLOT, id, BigInt(page * PAGE), address, PAGE));
    expect(read(255)).toBe(Status.ok);
    expect(read(256)).toBe(Damaged.page);
    expect(host.native.damagedPage()).toBe(257);
  });

  it('is forked as far as its map holds, again and again, and the fork can be cancelled', () => {
    const FORK = 122;
    host.native.formatStore(FORK, 1n);
    expect(host.native.beginFork(SLOT, id, FORK)).toBe(Status.ok);
    for (let n = 0; n < 2; n++) {
      expect(host.native.continueFork(FORK, EVERYTHING)).toBe(Damaged.page);
      expect(host.native.damagedPage()).toBe(257);
      expect(readSuperblock(readVirtualMemory(host.stable.bytes(), FORK)).stagingReceived).toBe(256 * PAGE);
    }
    expect(host.native.cancelFork(FORK)).toBe(Status.ok);
    expect(Buffer.compare(readStoredImage(archive.memory), archive.published)).toBe(0);
    other.check();
  });

  it('stands in nobody’s way: another snapshot is given back, and the live image cut, around it', () => {
    archive.snapshot();
    const second = newest();
    archive.publish(0, pages(600, 3));
    expect(archive.deleteSnapshot(second)).toBe(Status.ok);
    const before = readSuperblock(archive.memory).freePages;
    expect(host.native.discardImages(SLOT, EVERYTHING)).toBe(1);
    expect(host.native.discardOutcome()).toBe(Status.ok);
    // What lies where the map of the damaged one cannot be followed is taken to be its own: the pages of one segment.
    expect(readSuperblock(archive.memory).freePages - before).toBe(600 + 3 + 2 - SEGMENT);
    archive.truncate(10 * PAGE);
    expect(archive.commit()).toBe(true);
    archive.publish(0, pages(600, 4));
    expect(Buffer.compare(readStoredImage(archive.memory), archive.published)).toBe(0);
    other.check();
  });

  it('ends a checksum’s refresh that reads it, and nothing else', () => {
    const { rootTable } = readSuperblock(archive.memory);
    poke(entry(directoryOf(rootTable), 1), OUT_OF_THE_SLOT);
    expect(host.native.refreshChecksumOf(SLOT, 10)).toBe(Status.ok);
    expect(host.native.refreshChecksumOf(SLOT, EVERYTHING)).toBe(Damaged.page);
    expect(host.native.damagedPage()).toBe(257);
    expect(readSuperblock(archive.memory).checksumRecord).toBe(0);
  });
});

describe('the live image with a damaged map', () => {
  it('is verified page by page: what cannot be found is named', async () => {
    archive.publish(0, pages(600, 1));
    const { rootTable } = readSuperblock(archive.memory);
    poke(entry(segmentOf(rootTable, 0), 5), OUT_OF_THE_SLOT);
    poke(entry(directoryOf(rootTable), 2), OUT_OF_THE_SLOT);
    await upgrade();
    const found: number[] = [];
    let from = 0;
    do {
      from = host.native.verifyPagesOf(SLOT, from, 10_000);
      const numbers = host.view(host.native.damagedPages(), host.native.damagedPageCount() * 4).slice();
      found.push(...new Uint32Array(numbers.buffer));
    } while (from !== 0);
    expect(found).toEqual([6, ...Array.from({ length: 600 - 512 }, (_, n) => 513 + n)]);
    host.native.switchPageChecksums(SLOT, 1);
    expect(host.native.continuePassOf(SLOT, EVERYTHING)).toBe(1);
  });
});

describe('a former import with a damaged map', () => {
  function cancelledImport(): void {
    const image = pages(600, 5);
    archive.publish(0, pages(20, 1));
    expect(host.native.beginImport(SLOT, BigInt(image.length))).toBe(Status.ok);
    host.withBytes(image, (address) => host.native.writeImport(SLOT, 0n, address, image.length));
    const { stagingRoot } = readSuperblock(archive.memory);
    poke(entry(segmentOf(stagingRoot, 1), 10), livePage(3));
    expect(host.native.cancelImport(SLOT)).toBe(Status.ok);
  }

  it('is set aside, and another import can begin', async () => {
    cancelledImport();
    expect(host.native.discardStaging(SLOT, EVERYTHING)).toBe(1);
    expect(host.native.discardOutcome()).toBe(Damaged.image);
    expect(host.native.damagedPage()).toBe(SEGMENT + 11);
    expect(readImages(archive.memory)).toMatchObject([
      { state: State.setAside, expires: BigInt(SEGMENT + 10) },
    ]);
    await upgrade();
    expect(host.native.beginImport(SLOT, 5000n)).toBe(Status.ok);
    expect(host.native.cancelImport(SLOT)).toBe(Status.ok);
    expect(host.native.discardStaging(SLOT, EVERYTHING)).toBe(1);
    expect(host.native.discardOutcome()).toBe(Status.ok);
    archive.publish(0, pages(30, 6));
    expectSound();
  });

  it('stays where it is while there is no room for another record, and commits go on', () => {
    for (let n = 0; n < 31; n++) expect(archive.snapshot()).toBe(Status.ok);
    cancelledImport();
    expect(host.native.discardStaging(SLOT, EVERYTHING)).toBe(0);
    expect(host.native.discardOutcome()).toBe(Damaged.image);
    archive.publish(0, pages(30, 6));
    expectSound();
    archive.deleteSnapshot([...archive.snapshots.keys()][0]!);
    archive.discard(EVERYTHING);
    expect(host.native.discardStaging(SLOT, EVERYTHING)).toBe(1);
    expect(readImages(archive.memory).filter(({ state }) => state === State.setAside)).toHaveLength(1);
  });
});

describe('an image that an import replaced', () => {
  it('shares with the live one after a restore, and neither takes the other’s pages', () => {
    archive.publish(0, pages(600, 1));
    expect(archive.snapshot()).toBe(Status.ok);
    const first = newest();
    expect(host.native.beginImport(SLOT, BigInt(image().length))).toBe(Status.ok);
    host.withBytes(image(), (address) => host.native.writeImport(SLOT, 0n, address, image().length));
    expect(host.native.finishImport(SLOT)).toBe(Status.ok);
    archive.published = image();
    archive.file = archive.published;
    expect(archive.restore(first)).toBe(Status.ok);
    for (const id of [...archive.snapshots.keys()]) expect(archive.deleteSnapshot(id)).toBe(Status.ok);
    expect(archive.discard(EVERYTHING)).toBe(true);
    archive.truncate(300 * PAGE);
    expect(archive.commit()).toBe(true);
    archive.publish(300 * PAGE, pages(50, 7));
    checkConservation(archive.memory);
    expect(host.native.discardStaging(SLOT, EVERYTHING)).toBe(1);
    expect(host.native.discardOutcome()).toBe(Status.ok);
    archive.check();
  });

  /** A SQLite database of one empty page. */
  function image(): Uint8Array {
    const bytes = new Uint8Array(PAGE);
    const view = new DataView(bytes.buffer);
    bytes.set(new TextEncoder().encode('SQLite format 3\0'));
    view.setUint16(16, PAGE);
    bytes.set([1, 1, 0, 64, 32, 32], 18);
    view.setUint32(24, 1);
    view.setUint32(28, 1);
    view.setUint32(44, 4);
    view.setUint32(56, 1);
    view.setUint32(92, 1);
    bytes[100] = 13;
    view.setUint16(105, PAGE);
    return bytes;
  }
});
