import { encodeWithSelfDescribedTag } from '@dfinity/cbor';
import { CanisterRejectError, type Reject } from '../errors';
import type { LocalNetwork } from '../network/local-network';
import type { RequestRecord } from '../network/request-history';
import { ingressBytes, MAXIMUM_INGRESS } from '../subnet/ingress';
import { effectiveCanisterOf } from './effective-canister';
import type { Envelope } from './envelope';
import { badRequest, HttpError } from './http-error';
import { certificate, requestPath } from './read-state';
import { hashOfMap } from './representation-hash';

/** How long a synchronous call waits for its answer, in milliseconds; its caller asks again by read_state after that. */
const PATIENCE = 10_000;

/** A status and a CBOR body, if any. */
export interface Answer {
  readonly status: number;
  readonly body: Uint8Array | undefined;
}

const ACCEPTED: Answer = { status: 202, body: undefined };

/** Asynchronous call: acknowledged once the message is taken (IC interface specification, "Request: Call"). */
export function call(network: LocalNetwork, envelope: Envelope, effective: Uint8Array): Answer {
  const taken = submit(network, envelope, effective);
  if ('rejected' in taken) return rejection(taken.rejected);
  network.acknowledge();
  return ACCEPTED;
}

/** Synchronous call: answered with a certificate that shows the reply. */
export async function callAndWait(
  network: LocalNetwork,
  envelope: Envelope,
  effective: Uint8Array,
): Promise<Answer> {
  const taken = submit(network, envelope, effective);
  if ('rejected' in taken) return rejection(taken.rejected);
  const { record } = taken;
  if (!(await network.answer(record, PATIENCE))) return ACCEPTED;
  const body = { status: 'replied', certificate: certificate(network, [requestPath(record)], [record]) };
  return { status: 200, body: encodeWithSelfDescribedTag(body) };
}

/** A query, signed by the node (IC interface specification, "Request: Query call"). */
export function query(network: LocalNetwork, envelope: Envelope, effective: Uint8Array): Answer {
  const { content, requestId } = envelope;
  const canister = effectiveCanisterOf(network.subnet, content, effective);
  const response = network.query(canister, {
    caller: content.sender,
    method: content.methodName,
    argument: content.arg,
  });
  const body =
    response.kind === 'reply'
      ? { status: 'replied', reply: { arg: response.data } }
      : { status: 'rejected', ...rejectFields(response.reject) };
  const { keys, time } = network.subnet;
  const hash = hashOfMap({ ...body, timestamp: time, request_id: requestId });
  const signature = { timestamp: time, signature: keys.signResponse(hash), identity: keys.nodeId };
  return { status: 200, body: encodeWithSelfDescribedTag({ ...body, signatures: [signature] }) };
}

function submit(
  network: LocalNetwork,
  envelope: Envelope,
  effective: Uint8Array,
): { readonly record: RequestRecord } | { readonly rejected: Reject } {
  const { content, requestId } = envelope;
  const { methodName: method, arg: argument, sender: caller, ingressExpiry: expiry } = content;
  const bytes = ingressBytes(envelope.byteLength);
  if (bytes > MAXIMUM_INGRESS) {
    throw new HttpError(413, `a message of ${bytes} bytes, allowed are ${MAXIMUM_INGRESS}`);
  }
  const canister = effectiveCanisterOf(network.subnet, content, effective);
  const call = { id: requestId, canister, effectiveCanister: effective, method, argument, caller, expiry };
  try {
    return { record: network.submit(call) };
  } catch (error) {
    if (error instanceof CanisterRejectError) return { rejected: error.reject };
    throw error;
  }
}

function rejection(reject: Reject): Answer {
  const body = { status: 'non_replicated_rejection', ...rejectFields(reject) };
  return { status: 200, body: encodeWithSelfDescribedTag(body) };
}

function rejectFields({ code, message, errorCode }: Reject) {
  return { reject_code: code, reject_message: message, error_code: errorCode };
}

/** @throws HttpError unless the content is of the kind that the address takes */
export function requireType(envelope: Envelope, wanted: Envelope['content']['requestType']): void {
  const { requestType } = envelope.content;
  if (requestType !== wanted)
    throw badRequest(`request_type: '${requestType}' where '${wanted}' is expected`);
}
