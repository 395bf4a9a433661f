import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { badRequest } from './http-error';

/** Curves of ECDSA keys that the IC takes. */
const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp256k1']);
/** DER object identifiers of the IC's own kinds of keys. */
const CANISTER_SIGNATURE = Buffer.from('060a2b0601040183b8430102', 'hex');
const WEBAUTHN = Buffer.from('060a2b0601040183b8430101', 'hex');

/**
 * Whether `signature` is the key's over `message`: Ed25519, or ECDSA with SHA-256 on P-256 or secp256k1.
 * @param der the public key
 * @throws HttpError for keys of another kind
 */
export function isSignedBy(der: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = readKey(Buffer.from(der));
  if (key.asymmetricKeyType === 'ed25519') return verify(null, message, key, signature);
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

function readKey(der: Buffer): KeyObject {
  if (der.includes(CANISTER_SIGNATURE) || der.includes(WEBAUTHN)) {
    throw badRequest(
      'sender_pubkey: canister signatures and WebAuthn keys are not checked by the local network; sign with Ed25519 or ECDSA',
    );
  }
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    throw badRequest('sender_pubkey: not a DER-encoded public key');
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519' || (type === 'ec' && CURVES.has(details?.namedCurve))) return key;
  throw badRequest(`sender_pubkey: keys of type ${type} ${details?.namedCurve ?? ''} are not supported`);
}
