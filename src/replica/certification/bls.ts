import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as Curves from '@noble/curves/bls12-381';

/** DER of a BLS12-381 public key in G2, up to the key's 96 bytes (IC interface specification, "Certification"). */
const DER_PREFIX = Buffer.from(
  '308182301d060d2b0601040182dc7c0503010201060c2b0601040182dc7c05030201036100',
  'hex',
);

let loaded: typeof Curves.bls12_381 | undefined;

/** Loading the curve takes 0.2 s, and only what certifies needs it: it is loaded when first asked for. */
function curve(): typeof Curves.bls12_381 {
  loaded ??= (createRequire(import.meta.url)('@noble/curves/bls12-381') as typeof Curves).bls12_381;
  return loaded;
}

/** A BLS12-381 key as subnets have: short signatures in G1, public key in G2. */
export class BlsKey {
  private readonly secret: Uint8Array;
  private encoded: Uint8Array | undefined;

  /** @param seed any text; the same text gives the same key */
  constructor(seed: string) {
    const hash = createHash('sha512').update(`bls12-381 ${seed}`).digest();
    // 254 bits: below the group's order, and never zero.
    hash[0]! &= 0x3f;
    hash[31]! |= 1;
    this.secret = new Uint8Array(hash.subarray(0, 32));
  }

  /** 133 bytes. */
  get der(): Uint8Array {
    this.encoded ??= new Uint8Array(
      Buffer.concat([DER_PREFIX, curve().shortSignatures.getPublicKey(this.secret).toBytes()]),
    );
    return this.encoded;
  }

  /** @returns 48 bytes */
  sign(message: Uint8Array): Uint8Array {
    const { shortSignatures } = curve();
    const signature = shortSignatures.sign(shortSignatures.hash(message), this.secret);
    return shortSignatures.Signature.toBytes(signature);
  }
}
