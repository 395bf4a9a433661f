import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SqlConnection } from './sql-connection';
import { StorageHost } from './storage-host';
import { xxh64 } from './xxh64';

let host: StorageHost;

beforeAll(async () => {
  host = await StorageHost.start();
});

describe('XXH64', () => {
  const PRIME32 = 2654435761n;
  /** The input of the reference implementation's own self test. */
  const sample = (length: number) => {
    const bytes = new Uint8Array(length);
    let generator = PRIME32;
    for (let n = 0; n < length; n++) {
      bytes[n] = Number(generator >> 56n);
      generator = BigInt.asUintN(64, generator * 11400714785074694797n);
    }
    return bytes;
  };
  const native = (bytes: Uint8Array, seed: bigint) =>
    host.withBytes(bytes, (at) => BigInt.asUintN(64, host.native.xxh64(at, bytes.length, seed)));

  it.each<[number, bigint, bigint]>([
    [0, 0n, 0xef46db3751d8e999n],
    [0, PRIME32, 0xac75fda2929b17efn],
    [1, 0n, 0xe934a84adb052768n],
    [1, PRIME32, 0x5014607643a9b4c3n],
    [4, 0n, 0x9136a0dca57457een],
    [14, 0n, 0x8282dcc4994e35c8n],
    [14, PRIME32, 0xc3bd6bf63deb6df0n],
    [222, 0n, 0xb641ae8cb691c174n],
    [222, PRIME32, 0x20cb8ab7ae10c14an],
  ])('of %i bytes with seed %i is the reference’s', (length, seed, expected) => {
    expect(native(sample(length), seed)).toBe(expected);
    expect(xxh64(sample(length), seed)).toBe(expected);
  });

  it('does not depend on how the input arrives', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 70 }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (bytes, piece, seed) => {
          const expected = xxh64(bytes, seed);
          expect(native(bytes, seed)).toBe(expected);
          const pieces = host.withBytes(bytes, (at) =>
            host.native.xxh64InPieces(at, bytes.length, piece, seed),
          );
          expect(BigInt.asUintN(64, pieces)).toBe(expected);
        },
      ),
    );
  });
});

describe('local time', () => {
  it('is UTC, for every second of every year', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), (seconds) => {
        const fields = host.fetch(40, (at) => host.native.localTime(BigInt(seconds), at));
        const date = new Date(seconds * 1000);
        const firstOfYear = new Date(date);
        firstOfYear.setUTCMonth(0, 1);
        expect([...new Int32Array(fields.buffer)]).toEqual([
          date.getUTCSeconds(),
          date.getUTCMinutes(),
          date.getUTCHours(),
          date.getUTCDate(),
          date.getUTCMonth(),
          date.getUTCFullYear() - 1900,
          date.getUTCDay(),
          Math.round((date.getTime() - firstOfYear.getTime()) / 86_400_000),
          0,
          0,
        ]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('randomness', () => {
  const random = (from: StorageHost) => {
    from.native.formatStore(120, 1n);
    return SqlConnection.open(from, 120).value('SELECT hex(randomblob(16))');
  };
  const seed = (from: StorageHost, byte: number) =>
    from.withBytes(new Uint8Array(32).fill(byte), (at) => from.native.seedRandomness(at));

  it('comes from the time at first, then from the seed', async () => {
    const hosts = await Promise.all([0, 0, 0, 0, 0].map(() => StorageHost.start()));
    hosts[1]!.now += 1n;
    seed(hosts[2]!, 1);
    seed(hosts[3]!, 2);
    const values = hosts.map(random);
    expect(values[4]).toBe(values[0]);
    expect(new Set(values).size).toBe(4);
  });

  it('is drawn anew by the engine after a seed, even one of zeros', async () => {
    const fresh = await StorageHost.start();
    fresh.native.formatStore(120, 1n);
    const sql = SqlConnection.open(fresh, 120);
    const values = [sql.value('SELECT hex(randomblob(16))')];
    for (const byte of [0, 7, 0]) {
      seed(fresh, byte);
      values.push(sql.value('SELECT hex(randomblob(16))'));
    }
    expect(new Set(values.slice(0, 3)).size).toBe(3);
    expect(values[3]).toBe(values[1]);
  });

  it('fills any number of bytes, and none beyond', () => {
    for (const size of [0, 1, 7, 8, 9, 44]) {
      const bytes = host.fetch(64, (at) => {
        host.view(at, 64).fill(0xaa);
        host.native.randomBytes(at, size);
      });
      expect(bytes.subarray(size).every((byte) => byte === 0xaa)).toBe(true);
      if (size > 7) expect(bytes.subarray(0, size).every((byte) => byte === 0xaa)).toBe(false);
    }
  });
});
