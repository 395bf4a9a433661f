import { decode } from '@dfinity/cbor';
import { badRequest } from './http-error';
import { type ContentMap, hashOfMap } from './representation-hash';

/** What a sender signs. */
export interface RequestContent {
  readonly requestType: 'call' | 'query' | 'read_state';
  readonly sender: Uint8Array;
  /** Nanoseconds since 1970. */
  readonly ingressExpiry: bigint;
  /** Of calls and queries. */
  readonly canisterId: Uint8Array;
  readonly methodName: string;
  readonly arg: Uint8Array;
  /** Of read_state: labels by path. */
  readonly paths: readonly (readonly Uint8Array[])[];
}

export interface Delegation {
  readonly pubkey: Uint8Array;
  /** Nanoseconds since 1970. */
  readonly expiration: bigint;
  /** Canisters that it is for; undefined for all. */
  readonly targets: readonly Uint8Array[] | undefined;
  readonly hash: Uint8Array;
  readonly signature: Uint8Array;
}

/** A request with its signature. */
export interface Envelope {
  /** Bytes of all of it, as it came. */
  readonly byteLength: number;
  readonly content: RequestContent;
  readonly requestId: Uint8Array;
  readonly publicKey: Uint8Array | undefined;
  readonly signature: Uint8Array | undefined;
  readonly delegations: readonly Delegation[];
}

const MAXIMUM_NONCE = 32;
const NO_BYTES = new Uint8Array(0);

/** @throws HttpError for anything that is not a request (IC interface specification, "Authentication") */
export function readEnvelope(body: Uint8Array): Envelope {
  const envelope = map(decoded(body), 'the request');
  const content = map(envelope.content, 'content');
  const nonce = content.nonce === undefined ? NO_BYTES : bytes(content.nonce, 'nonce');
  if (nonce.length > MAXIMUM_NONCE) {
    throw badRequest(`nonce: ${nonce.length} bytes, allowed are ${MAXIMUM_NONCE}`);
  }
  const { sender_pubkey: publicKey, sender_sig: signature, sender_delegation: delegations } = envelope;
  return {
    byteLength: body.length,
    content: readContent(content),
    requestId: hashOfMap(content as ContentMap),
    publicKey: publicKey === undefined ? undefined : bytes(publicKey, 'sender_pubkey'),
    signature: signature === undefined ? undefined : bytes(signature, 'sender_sig'),
    delegations: delegations === undefined ? [] : list(delegations, 'sender_delegation').map(readDelegation),
  };
}

function readContent(content: Record<string, unknown>): RequestContent {
  const { request_type: requestType } = content;
  if (requestType !== 'call' && requestType !== 'query' && requestType !== 'read_state') {
    throw badRequest(`request_type: '${String(requestType)}' is none of call, query, read_state`);
  }
  const isRead = requestType === 'read_state';
  return {
    requestType,
    sender: bytes(content.sender, 'sender'),
    ingressExpiry: natural(content.ingress_expiry, 'ingress_expiry'),
    canisterId: isRead ? NO_BYTES : bytes(content.canister_id, 'canister_id'),
    methodName: isRead ? '' : text(content.method_name, 'method_name'),
    arg: isRead ? NO_BYTES : bytes(content.arg, 'arg'),
    paths: isRead
      ? list(content.paths, 'paths').map((path) =>
          list(path, 'paths').map((label) =>
            typeof label === 'string' ? Buffer.from(label) : bytes(label, 'paths'),
          ),
        )
      : [],
  };
}

function readDelegation(value: unknown): Delegation {
  const signed = map(value, 'sender_delegation');
  const delegation = map(signed.delegation, 'delegation');
  const { targets } = delegation;
  return {
    pubkey: bytes(delegation.pubkey, 'pubkey'),
    expiration: natural(delegation.expiration, 'expiration'),
    targets:
      targets === undefined || targets === null
        ? undefined
        : list(targets, 'targets').map((target) => bytes(target, 'targets')),
    hash: hashOfMap(delegation as ContentMap),
    signature: bytes(signed.signature, 'signature'),
  };
}

function decoded(body: Uint8Array): unknown {
  try {
    return decode(body);
  } catch (error) {
    throw badRequest(`the body is not CBOR: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function map(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw badRequest(`${name} must be a map`);
  }
  return value as Record<string, unknown>;
}

function bytes(value: unknown, name: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw badRequest(`${name} must be bytes`);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw badRequest(`${name} must be a text`);
}

function natural(value: unknown, name: string): bigint {
  if ((typeof value === 'number' || typeof value === 'bigint') && value >= 0) return BigInt(value);
  throw badRequest(`${name} must be a natural number`);
}

function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw badRequest(`${name} must be an array`);
}
