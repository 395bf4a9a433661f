import { Principal } from '@dfinity/principal';
import { separator } from '../certification/hash-tree';
import type { Delegation, Envelope } from './envelope';
import { badRequest } from './http-error';
import { isSignedBy } from './signatures';

const SECOND = 1_000_000_000n;
/** How far ahead a request may expire, with a minute for clocks that differ. */
const MAXIMUM_EXPIRY = (5n * 60n + 60n) * SECOND;
const MAXIMUM_DELEGATIONS = 20;
const MAXIMUM_TARGETS = 1000;
const ANONYMOUS = Principal.anonymous().toUint8Array();

/**
 * Checks that a request is fresh and comes from whom it says (IC interface specification, "Authentication").
 * @param now nanoseconds since 1970
 * @param canister whom the request is for; undefined when it is for none, as reading a subnet's state
 * @throws HttpError when it is not
 */
export function authenticate(envelope: Envelope, now: bigint, canister: Uint8Array | undefined): void {
  checkExpiry(envelope.content.ingressExpiry, now);
  const { content, publicKey, signature, delegations, requestId } = envelope;
  if (equal(content.sender, ANONYMOUS)) {
    if (publicKey || signature) throw badRequest('an anonymous request must not be signed');
    return;
  }
  if (!publicKey || !signature) throw badRequest('sender_pubkey and sender_sig are missing');
  if (!equal(Principal.selfAuthenticating(publicKey).toUint8Array(), content.sender)) {
    throw badRequest('sender_pubkey is not the key of the sender');
  }
  const key = delegatedKey(publicKey, delegations, now, canister);
  if (!isSignedBy(key, signed('ic-request', requestId), signature)) {
    throw badRequest('sender_sig is not a signature of the request');
  }
}

function checkExpiry(expiry: bigint, now: bigint): void {
  if (expiry < now) {
    // Agents look for these words, and then set their clock.
    throw badRequest(`Invalid request expiry: ingress_expiry ${expiry} has passed, it is ${now}`);
  }
  if (expiry > now + MAXIMUM_EXPIRY) {
    throw badRequest(
      `Invalid request expiry: ingress_expiry ${expiry} is too far in the future, it is ${now}`,
    );
  }
}

/** The key at the end of a chain of delegations. */
function delegatedKey(
  first: Uint8Array,
  delegations: readonly Delegation[],
  now: bigint,
  canister: Uint8Array | undefined,
): Uint8Array {
  if (delegations.length > MAXIMUM_DELEGATIONS) {
    throw badRequest(
      `sender_delegation: ${delegations.length} delegations, allowed are ${MAXIMUM_DELEGATIONS}`,
    );
  }
  let key = first;
  const seen = [first];
  for (const { pubkey, expiration, targets, hash, signature } of delegations) {
    if (expiration < now) throw badRequest('sender_delegation: a delegation has expired');
    if (targets) checkTargets(targets, canister);
    if (!isSignedBy(key, signed('ic-request-auth-delegation', hash), signature)) {
      throw badRequest('sender_delegation: a delegation is not signed by the key before it');
    }
    if (seen.some((other) => equal(other, pubkey))) {
      throw badRequest('sender_delegation: a key occurs twice');
    }
    seen.push(pubkey);
    key = pubkey;
  }
  return key;
}

function checkTargets(targets: readonly Uint8Array[], canister: Uint8Array | undefined): void {
  if (targets.length > MAXIMUM_TARGETS) {
    throw badRequest(`sender_delegation: ${targets.length} targets, allowed are ${MAXIMUM_TARGETS}`);
  }
  if (canister && !targets.some((target) => equal(target, canister))) {
    throw badRequest('sender_delegation: a delegation is not for this canister');
  }
}

function signed(domain: string, hash: Uint8Array): Buffer {
  return Buffer.concat([separator(domain), hash]);
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
