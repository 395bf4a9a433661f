import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Principal } from '@dfinity/principal';

/** The 32 bytes that the development identity's key is made of. Everybody knows them: they are for local networks alone. */
export const DEVELOPMENT_SEED = 'tabularium local development key';

/** PKCS #8 of an Ed25519 private key, up to its 32 bytes. */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

function developmentKey(): KeyObject {
  const key = Buffer.concat([ED25519_PREFIX, Buffer.from(DEVELOPMENT_SEED, 'latin1')]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** Who controls a local canister unless told otherwise. */
export function developmentPrincipal(): Principal {
  const der = createPublicKey(developmentKey()).export({ format: 'der', type: 'spki' });
  return Principal.selfAuthenticating(new Uint8Array(der));
}

/** The identity as dfx and icp import it. */
export function developmentPem(): string {
  return developmentKey().export({ format: 'pem', type: 'pkcs8' }).toString();
}
