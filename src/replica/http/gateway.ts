import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { Canister } from '../canister/canister';
import type { Response } from '../execution/execution';
import type { LocalNetwork } from '../network/local-network';
import { HttpError, notFound } from './http-error';

const HeaderField = IDL.Tuple(IDL.Text, IDL.Text);
const HttpRequest = IDL.Record({
  method: IDL.Text,
  url: IDL.Text,
  headers: IDL.Vec(HeaderField),
  body: IDL.Vec(IDL.Nat8),
  certificate_version: IDL.Opt(IDL.Nat16),
});
const HttpResponse = IDL.Record({
  status_code: IDL.Nat16,
  headers: IDL.Vec(HeaderField),
  body: IDL.Vec(IDL.Nat8),
  upgrade: IDL.Opt(IDL.Bool),
});

export interface WebRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: readonly [string, string][];
  readonly body: Uint8Array;
}

export interface WebResponse {
  readonly status: number;
  readonly headers: readonly [string, string][];
  readonly body: Uint8Array;
}

interface CandidResponse {
  readonly status_code: number;
  readonly headers: [string, string][];
  readonly body: Uint8Array;
  readonly upgrade: [] | [boolean];
}

const ANONYMOUS = Principal.anonymous().toUint8Array();
/** As long as a browser waits, in milliseconds. */
const PATIENCE = 60_000;
let upgrades = 0;

/**
 * Serves a page from a canister's `http_request`, and from `http_request_update` when that asks for it, as an HTTP gateway does (HTTP gateway
 * protocol specification) but for the certification of responses, which is for those who do not trust the gateway.
 */
export async function serveFromCanister(
  network: LocalNetwork,
  canister: Canister,
  request: WebRequest,
): Promise<WebResponse> {
  const argument = new Uint8Array(
    IDL.encode([HttpRequest], [{ ...request, body: request.body, certificate_version: [] }]),
  );
  const method = 'http_request';
  const first = readResponse(network.query(canister, { caller: ANONYMOUS, method, argument }), canister);
  if (!first.upgrade[0]) return webResponse(first);
  const record = network.submit({
    id: new Uint8Array(Buffer.from(`gateway ${Date.now()} ${++upgrades}`)),
    canister,
    effectiveCanister: canister.id,
    caller: ANONYMOUS,
    method: 'http_request_update',
    argument,
    expiry: network.subnet.time,
  });
  const response = await network.answer(record, PATIENCE);
  if (!response) throw new HttpError(504, `${canister.name} has not answered within ${PATIENCE / 1000} s`);
  return webResponse(readResponse(response, canister));
}

function readResponse(response: Response, canister: Canister): CandidResponse {
  if (response.kind === 'reject') {
    const { errorCode, message } = response.reject;
    if (errorCode === 'IC0536')
      throw notFound(
        `canister ${canister.name} serves no pages: ${message}. The network's status, for agents, is at /api/v2/status`,
      );
    throw new HttpError(502, `${errorCode}: ${message}`);
  }
  try {
    return (IDL.decode([HttpResponse], response.data) as unknown as [CandidResponse])[0];
  } catch (error) {
    throw new HttpError(
      502,
      `canister ${canister.name} answered something else than a page: ${String(error)}`,
    );
  }
}

function webResponse({ status_code: status, headers, body }: CandidResponse): WebResponse {
  return { status, headers, body };
}
