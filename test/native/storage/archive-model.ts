import { expect } from 'vitest';
import { readVirtualMemory } from './manager-image';
import { StableMemory } from './stable-memory';
import { StorageHost } from './storage-host';
import {
  checkConservation,
  pagesHeldAlone,
  readImageAt,
  readImages,
  readStoredImage,
  readSuperblock,
} from './store-image';

export const PAGE = 4096;
export const EVERYTHING = 0xffffffff;
export const Status = {
  ok: 0,
  notEmpty: 5,
  full: 6,
  busy: 7,
  outOfBounds: 8,
  snapshotName: 20,
  snapshotExists: 21,
  imagesFull: 22,
  noImage: 23,
  pinExpired: 24,
  noFork: 26,
  forkSourceGone: 27,
} as const;

const State = { snapshot: 1, pin: 2 } as const;

interface Kept {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Nanoseconds; 0 for never. */
  readonly expires: bigint;
}

const later = (a: bigint, b: bigint) => (a > b ? a : b);
const SECOND = 1_000_000_000n;

function expectSame(actual: Uint8Array, expected: Uint8Array, what: string): void {
  expect(Buffer.compare(actual, expected), `${what}: the bytes differ`).toBe(0);
}

/** A slot and what it must hold: plain copies of each image, made with the image. */
export class ModelledArchive {
  /** As the transaction under way sees it. */
  file: Uint8Array = new Uint8Array(0);
  published: Uint8Array = new Uint8Array(0);
  readonly snapshots = new Map<bigint, Kept>();
  readonly pins = new Map<bigint, Kept>();
  private names = 0;

  private constructor(
    public host: StorageHost,
    readonly slot: number,
  ) {}

  static format(host: StorageHost, slot: number): ModelledArchive {
    expect(host.native.formatStore(slot, 7n)).toBe(Status.ok);
    return new ModelledArchive(host, slot);
  }

  get memory(): Uint8Array {
    return readVirtualMemory(this.host.stable.bytes(), this.slot);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.host.withBytes(bytes, (address) =>
      expect(this.host.native.transactionWrite(this.slot, BigInt(offset), address, bytes.length)).toBe(
        Status.ok,
      ),
    );
    const file = new Uint8Array(Math.max(this.file.length, offset + bytes.length));
    file.set(this.file);
    file.set(bytes, offset);
    this.file = file;
  }

  #isCut = false;

  truncate(offset: number): void {
    this.#isCut = true;
    const size = Math.min(offset, this.file.length);
    expect(this.host.native.transactionTruncate(this.slot, BigInt(size))).toBe(Status.ok);
    this.file = this.file.slice(0, size);
  }

  /** False where room was refused; the transaction is rolled back then, with nothing written. */
  commit(): boolean {
    const before = this.host.stable.writes;
    const owned = this.host.native.ownedBuckets(this.slot);
    if (this.host.native.transactionReserve(this.slot) === 1) {
      this.host.native.transactionPublish(this.slot);
      this.published = this.file;
      this.#expectNoRoomInVain(owned);
      this.#isCut = false;
      return true;
    }
    expect(this.host.stable.writes).toBe(before);
    this.rollback();
    return false;
  }

  /** A slot that grew by buckets uses the last of them, unless the transaction freed pages on the way. */
  #expectNoRoomInVain(ownedBefore: number): void {
    const owned = this.host.native.ownedBuckets(this.slot);
    if (owned === ownedBefore || this.#isCut) return;
    const pagesOfBucket = this.host.native.bucketSizeInPages() * 16;
    expect(readSuperblock(this.memory).highWater).toBeGreaterThan((owned - 1) * pagesOfBucket);
  }

  rollback(): void {
    this.#isCut = false;
    this.host.native.transactionRollback(this.slot);
    this.file = this.published;
  }

  /** Writes and commits. */
  publish(offset: number, bytes: Uint8Array): void {
    this.write(offset, bytes);
    expect(this.commit()).toBe(true);
  }

  snapshot(name = `snapshot ${++this.names}`): number {
    const status = this.named(name, (address, length) =>
      this.host.native.createSnapshot(this.slot, address, length),
    );
    if (status === Status.ok)
      this.snapshots.set(this.host.native.keptImage(), { name, bytes: this.published, expires: 0n });
    return status;
  }

  restore(id: bigint): number {
    const name = `replaced ${++this.names}`;
    const status = this.named(name, (address, length) =>
      this.host.native.restoreSnapshot(this.slot, id, address, length),
    );
    if (status !== Status.ok) return status;
    this.snapshots.set(this.host.native.keptImage(), { name, bytes: this.published, expires: 0n });
    this.published = this.snapshots.get(id)!.bytes;
    this.file = this.published;
    return status;
  }

  deleteSnapshot(id: bigint): number {
    const status = this.host.native.deleteSnapshot(this.slot, id);
    if (status === Status.ok) this.snapshots.delete(id);
    return status;
  }

  /** Pins an image; 0 for the live one. */
  pin(id: bigint, seconds: number): number {
    const expires = seconds === 0 ? 0n : this.host.now + BigInt(seconds) * SECOND;
    const status = this.host.native.pinImage(this.slot, id, expires);
    if (status !== Status.ok) return status;
    const bytes = id === 0n ? this.published : this.snapshots.get(id)!.bytes;
    this.pins.set(this.host.native.keptImage(), { name: '', bytes, expires });
    return status;
  }

  unpin(token: bigint): number {
    const status = this.host.native.unpinImage(this.slot, token);
    if (status === Status.ok) this.pins.delete(token);
    return status;
  }

  advance(seconds: number): void {
    this.host.now += BigInt(seconds) * SECOND;
  }

  discard(budget: number): boolean {
    return this.host.native.discardImages(this.slot, budget) === 1;
  }

  /** Starts anew on the bytes of the stable memory, with the other slots of the test. */
  async upgrade(...slots: number[]): Promise<void> {
    const { now, stable } = this.host;
    this.host = await StorageHost.start({ stable: new StableMemory(stable.bytes()) });
    this.host.now = now;
    for (const slot of [this.slot, ...slots]) expect(this.host.native.openStore(slot)).toBe(Status.ok);
    this.file = this.published;
  }

  readKept(id: bigint, size: number): Uint8Array {
    return this.host.fetch(size, (address) =>
      expect(this.host.native.readPinned(this.slot, id, 0n, address, size)).toBe(Status.ok),
    );
  }

  /** What only one image holds, by the native count in pieces of some segments. */
  measure(id: bigint, segments: number): number {
    let pages = 0;
    let from = 0;
    do {
      expect(this.host.native.measureImage(this.slot, id, from, segments)).toBe(Status.ok);
      pages += this.host.native.measuredPages();
      from = this.host.native.measuredUpTo();
    } while (from !== 0);
    return pages;
  }

  /** Every image byte for byte, seen from outside and natively, and every page accounted for. */
  check(): void {
    const { memory } = this;
    checkConservation(memory);
    expectSame(readStoredImage(memory), this.published, 'live image');
    const images = readImages(memory);
    const inState = (state: number) => images.filter((image) => image.state === state);
    for (const [state, expected] of [
      [State.snapshot, this.snapshots],
      [State.pin, this.expectedPins(inState(State.pin).map(({ id }) => id))],
    ] as const) {
      const stored = inState(state);
      expect(stored.map(({ id, name }) => [id, name]).sort()).toEqual(
        [...expected].map(([id, { name }]) => [id, name]).sort(),
      );
      for (const image of stored) {
        const { bytes } = expected.get(image.id)!;
        expectSame(readImageAt(memory, image), bytes, `image ${image.id} from outside`);
        expectSame(this.readKept(image.id, bytes.length), bytes, `image ${image.id}`);
      }
    }
    const newest = images.map(({ epoch }) => epoch).reduce(later, 0n);
    expect(readSuperblock(memory).sharedEpoch).toBeLessThanOrEqual(newest);
  }

  /** Deletes a snapshot and gives back just what the outside count says that only it held. */
  checkDeletion(id: bigint): void {
    expect(this.discard(EVERYTHING)).toBe(true);
    const before = readSuperblock(this.memory);
    const alone = pagesHeldAlone(this.memory, id);
    expect(this.measure(id, 1)).toBe(alone);
    expect(this.measure(id, EVERYTHING)).toBe(alone);
    expect(this.deleteSnapshot(id)).toBe(Status.ok);
    expect(this.discard(EVERYTHING)).toBe(true);
    expect(readSuperblock(this.memory).freePages - before.freePages).toBe(alone);
    expect(readSuperblock(this.memory).highWater).toBe(before.highWater);
  }

  /** Pins that must be stored. An expired one may be, until an update drops it. */
  private expectedPins(stored: readonly bigint[]): Map<bigint, Kept> {
    for (const [token, { expires }] of this.pins) {
      const expired = expires !== 0n && expires <= this.host.now;
      const dropped = expired && !stored.includes(token);
      expect(this.host.native.examinePin(this.slot, token)).toBe(
        dropped ? Status.noImage : expired ? Status.pinExpired : Status.ok,
      );
      if (dropped) this.pins.delete(token);
    }
    return this.pins;
  }

  private named(name: string, use: (address: number, length: number) => number): number {
    const bytes = new TextEncoder().encode(name);
    return this.host.withBytes(bytes, (address) => use(address, bytes.length));
  }
}
