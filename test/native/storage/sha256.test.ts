import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { StorageHost } from './storage-host';

const STATE_LENGTH = 104;
const DIGEST_LENGTH = 32;

let host: StorageHost;
beforeAll(async () => {
  host = await StorageHost.start();
});

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const ascii = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

function update(bytes: Uint8Array): void {
  host.withBytes(bytes, (address) => host.native.updateSha256(address, bytes.length));
}

function end(): string {
  return hex(host.fetch(DIGEST_LENGTH, (address) => host.native.endSha256(address)));
}

function digestOf(pieces: readonly Uint8Array[]): string {
  host.native.beginSha256();
  for (const piece of pieces) update(piece);
  return end();
}

describe('SHA-256', () => {
  // FIPS 180-2, appendix B, and NIST's examples of message lengths around a block's end.
  it.each<[string, Uint8Array, string]>([
    ['nothing', ascii(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', ascii('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      '448 bits',
      ascii('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    [
      '896 bits',
      ascii(
        'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
      ),
      'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
    ],
    [
      'a million times a',
      new Uint8Array(1_000_000).fill(0x61),
      'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    ],
    ['one byte', Uint8Array.of(0xbd), '68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b'],
    [
      'four bytes',
      Uint8Array.of(0xc9, 0x8c, 0x8e, 0x55),
      '7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504',
    ],
    ['55 zeros', new Uint8Array(55), '02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7'],
    ['56 zeros', new Uint8Array(56), 'd4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb'],
    ['57 zeros', new Uint8Array(57), '65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785'],
    ['64 zeros', new Uint8Array(64), 'f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b'],
    ['1000 zeros', new Uint8Array(1000), '541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53'],
    [
      '1000 times A',
      new Uint8Array(1000).fill(0x41),
      'c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4',
    ],
    [
      '1005 times U',
      new Uint8Array(1005).fill(0x55),
      'f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0',
    ],
  ])('of %s is what NIST says', (_, message, digest) => {
    expect(digestOf([message])).toBe(digest);
  });

  it('is the same however the message is cut, and whether or not its state was kept elsewhere meanwhile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 700 }), fc.boolean()), { maxLength: 8 }),
        (pieces) => {
          const { native } = host;
          native.beginSha256();
          for (const [piece, isMoved] of pieces) {
            update(piece);
            if (!isMoved) continue;
            const state = host.view(native.sha256StateAddress(), STATE_LENGTH);
            const kept = state.slice();
            digestOf([Uint8Array.of(1, 2, 3)]);
            state.set(kept);
          }
          const message = Buffer.concat(pieces.map(([piece]) => piece));
          expect(end()).toBe(createHash('sha256').update(message).digest('hex'));
        },
      ),
      { numRuns: 300 },
    );
  });
});
