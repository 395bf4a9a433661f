import { createHash } from 'node:crypto';
import { Principal } from '@dfinity/principal';

/** A principal of its own for every name; a real one comes from a key. */
export function principalOf(name: string): Principal {
  return Principal.selfAuthenticating(createHash('sha256').update(name).digest());
}
