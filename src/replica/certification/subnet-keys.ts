import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { encodeWithSelfDescribedTag } from '@dfinity/cbor';
import { Principal } from '@dfinity/principal';
import { BlsKey } from './bls';
import { type HashTree, type LabelPath, type LabelTree, rootHash, separator, witness } from './hash-tree';

/** PKCS #8 of an Ed25519 private key, up to its 32 bytes. */
const ED25519_PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The keys of a subnet that is its own root, with one node. All are made from a seed, so that a replica's identity is as repeatable as
 * everything else in it.
 */
export class SubnetKeys {
  private readonly bls: BlsKey;
  private readonly node: KeyObject;
  private derivedId: Uint8Array | undefined;

  constructor(seed: string) {
    this.bls = new BlsKey(seed);
    const secret = createHash('sha256').update(`ed25519 ${seed}`).digest();
    this.node = createPrivateKey({
      key: Buffer.concat([ED25519_PRIVATE_PREFIX, secret]),
      format: 'der',
      type: 'pkcs8',
    });
  }

  /** DER of the public key that certificates are verified with. */
  get rootKey(): Uint8Array {
    return this.bls.der;
  }

  /** The principal that the root key authenticates. */
  get subnetId(): Uint8Array {
    this.derivedId ??= Principal.selfAuthenticating(this.rootKey).toUint8Array();
    return this.derivedId;
  }

  /** DER of the node's Ed25519 public key, 44 bytes. */
  get nodeKey(): Uint8Array {
    return new Uint8Array(createPublicKey(this.node).export({ format: 'der', type: 'spki' }));
  }

  get nodeId(): Uint8Array {
    return Principal.selfAuthenticating(this.nodeKey).toUint8Array();
  }

  /** @returns CBOR of a certificate over `tree` that shows the paths */
  certify(tree: LabelTree, paths: readonly LabelPath[]): Uint8Array {
    const shown: HashTree = witness(tree, paths);
    const signature = this.bls.sign(Buffer.concat([separator('ic-state-root'), rootHash(shown)]));
    return encodeWithSelfDescribedTag({ tree: shown as never, signature });
  }

  /** The node's signature over a query response's hash. */
  signResponse(responseHash: Uint8Array): Uint8Array {
    return new Uint8Array(sign(null, Buffer.concat([separator('ic-response'), responseHash]), this.node));
  }
}
