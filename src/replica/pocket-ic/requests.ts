import { readFileSync } from 'node:fs';
import { encodeWithSelfDescribedTag } from '@dfinity/cbor';
import { Principal } from '@dfinity/principal';
import type { Canister } from '../canister/canister';
import { CanisterRejectError, ErrorCode, ReplicaError, rejectWith } from '../errors';
import type { Response } from '../execution/execution';
import { ingressBytes, MAXIMUM_INGRESS } from '../subnet/ingress';
import type { QueryRequest } from '../subnet/query-engine';
import type { CallOptions, ReplicaOptions, WasmSource } from './options';

const NO_BYTES = new Uint8Array(0);

/** Subnets and services that PocketIC can add and this replica cannot. */
const OTHER_SUBNETS = [
  'nns',
  'sns',
  'ii',
  'fiduciary',
  'bitcoin',
  'system',
  'verifiedApplication',
  'icpFeatures',
] as const satisfies readonly (keyof ReplicaOptions)[];

/** @throws ReplicaError when more is asked for than one application subnet */
export function refuseOtherSubnets(options: ReplicaOptions): void {
  for (const name of OTHER_SUBNETS) {
    const wanted = options[name];
    if (wanted === undefined || (Array.isArray(wanted) && wanted.length === 0)) continue;
    throw new ReplicaError(
      'NOT_SUPPORTED',
      `the embedded replica is one application subnet; '${name}' needs a PocketIC server`,
    );
  }
  if ((options.application?.length ?? 1) > 1) {
    throw new ReplicaError(
      'NOT_SUPPORTED',
      'the embedded replica is one application subnet; several need a PocketIC server',
    );
  }
}

export function senderOf({ sender }: { readonly sender?: Principal }): Principal {
  return sender ?? Principal.anonymous();
}

export function requestOf({ method, arg, sender, senderInfo }: CallOptions): QueryRequest {
  return {
    method,
    argument: arg ?? NO_BYTES,
    caller: (sender ?? Principal.anonymous()).toUint8Array(),
    ...(senderInfo && {
      senderInfo: { info: senderInfo.info, signer: senderInfo.signer.toUint8Array() },
    }),
  };
}

/**
 * An update is an ingress message, which the IC would be sent in an envelope; nobody signs it here.
 * @param time nanoseconds since 1970
 * @throws ReplicaError when the message is too large
 */
export function requireIngressSize({ canisterId }: CallOptions, request: QueryRequest, time: bigint): void {
  const content = {
    request_type: 'call',
    canister_id: canisterId.toUint8Array(),
    method_name: request.method,
    arg: request.argument,
    sender: request.caller,
    ingress_expiry: time,
  };
  const bytes = ingressBytes(encodeWithSelfDescribedTag({ content }).length);
  if (bytes <= MAXIMUM_INGRESS) return;
  throw new ReplicaError(
    'MESSAGE_TOO_LARGE',
    `an ingress message of ${bytes} bytes, allowed are ${MAXIMUM_INGRESS}`,
  );
}

/** @throws CanisterRejectError for a reject */
export function replyOf(response: Response): Uint8Array {
  if (response.kind === 'reply') return response.data;
  throw new CanisterRejectError(response.reject);
}

/** @throws CanisterRejectError when `sender` does not control the canister */
export function controlledBy(canister: Canister, sender: Principal): Canister {
  if (canister.isController(sender.toUint8Array())) return canister;
  throw new CanisterRejectError(
    rejectWith(
      ErrorCode.canisterInvalidController,
      `Only the controllers of the canister ${canister.name} can control it.`,
    ),
  );
}

export function isManagement(canisterId: Principal): boolean {
  return canisterId.toUint8Array().length === 0;
}

export function readWasm(wasm: WasmSource): Uint8Array {
  return typeof wasm === 'string' ? new Uint8Array(readFileSync(wasm)) : wasm;
}
