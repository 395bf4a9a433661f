import { expect } from 'vitest';
import { readVirtualMemory } from '../../storage/manager-image';
import { StableMemory } from '../../storage/stable-memory';
import { StorageHost } from '../../storage/storage-host';
import { checkConservation, readImageAt, readImages, readStoredImage } from '../../storage/store-image';
import type { Golden } from '../golden-file';
import { BUCKETS_OF_ONE } from './install-arguments';
import { pattern } from './pattern';

const PAGE = 4096;
const SLOT = 121;
const LIVE = 0n;
const NEVER = 0n;

/** What each image is: the live one, two snapshots, and an export that was begun between them. */
const whole = pattern(1, 300 * PAGE);
const changed = withBytes(whole, 10 * PAGE, pattern(2, 2 * PAGE));
const cut = changed.slice(0, 280 * PAGE);
const live = withBytes(cut, 270 * PAGE + 9, pattern(3, 100));
const KEPT = [
  ['first', whole],
  ['', changed],
  ['second', cut],
] as const;

function withBytes(image: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const copy = image.slice();
  copy.set(bytes, offset);
  return copy;
}

function expectSame(actual: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.compare(actual, expected), 'the bytes differ').toBe(0);
}

function publish(host: StorageHost, offset: number, bytes: Uint8Array): void {
  host.withBytes(bytes, (at) => host.native.transactionWrite(SLOT, BigInt(offset), at, bytes.length));
  expect(host.native.transactionReserve(SLOT)).toBe(1);
  host.native.transactionPublish(SLOT);
}

function snapshot(host: StorageHost, name: string): void {
  const text = new TextEncoder().encode(name);
  host.withBytes(text, (at) => expect(host.native.createSnapshot(SLOT, at, text.length)).toBe(0));
}

/** Snapshots and a pin that share most of their pages with the live image. */
export const images: Golden = {
  name: 'images-v1',
  reproducible: true,

  async write() {
    const host = await StorageHost.start({ argument: BUCKETS_OF_ONE });
    host.native.formatStore(SLOT, 1n);
    publish(host, 0, whole);
    snapshot(host, 'first');
    publish(host, 10 * PAGE, pattern(2, 2 * PAGE));
    expect(host.native.pinImage(SLOT, LIVE, NEVER)).toBe(0);
    host.native.transactionTruncate(SLOT, BigInt(cut.length));
    publish(host, 0, whole.subarray(0, 10));
    snapshot(host, 'second');
    publish(host, 270 * PAGE + 9, pattern(3, 100));
    return host.stable.bytes();
  },

  async read(stable) {
    const memory = readVirtualMemory(stable, SLOT);
    checkConservation(memory);
    expectSame(readStoredImage(memory), live);
    const kept = readImages(memory);
    expect(kept.map((image) => image.name)).toEqual(KEPT.map(([name]) => name));
    kept.forEach((image, index) => {
      expectSame(readImageAt(memory, image), KEPT[index]![1]);
    });

    const host = await StorageHost.start({ stable: new StableMemory(stable) });
    const { native } = host;
    expect(native.openStore(SLOT)).toBe(0);
    const pin = kept[1]!.id;
    const end = host.fetch(PAGE, (at) => {
      expect(native.readPinned(SLOT, pin, BigInt(299 * PAGE), at, PAGE)).toBe(0);
    });
    expect(end).toEqual(changed.subarray(299 * PAGE));
    const name = new TextEncoder().encode('before');
    host.withBytes(name, (at) => {
      expect(native.restoreSnapshot(SLOT, kept[0]!.id, at, name.length)).toBe(0);
    });
    expect(native.unpinImage(SLOT, pin)).toBe(0);
    expect(native.deleteSnapshot(SLOT, kept[2]!.id)).toBe(0);
    expect(native.discardImages(SLOT, 100_000)).toBe(1);
    const after = readVirtualMemory(host.stable.bytes(), SLOT);
    checkConservation(after);
    expectSame(readStoredImage(after), whole);
    expect(readImages(after).map((image) => image.name)).toEqual(['first', 'before']);
  },
};
