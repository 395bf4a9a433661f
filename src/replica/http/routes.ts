import { encodeWithSelfDescribedTag } from '@dfinity/cbor';
import { Principal } from '@dfinity/principal';
import type { Canister } from '../canister/canister';
import { CanisterRejectError } from '../errors';
import type { LocalNetwork } from '../network/local-network';
import { authenticate } from './authentication';
import { type Answer, call, callAndWait, query, requireType } from './calls';
import { type Envelope, readEnvelope } from './envelope';
import { serveFromCanister, type WebRequest, type WebResponse } from './gateway';
import { badRequest, HttpError, notFound } from './http-error';
import { readState } from './read-state';

/** `/api/v3/canister/<id>/call`: what is addressed, by which id, and what is wanted of it. */
const API = /^\/api\/v(\d)\/(canister|subnet)\/([a-z0-9-]+)\/(call|query|read_state)$/;
/** Versions of each request that are understood; a synchronous call is one from version 3 on. */
const VERSIONS: Readonly<Record<string, readonly number[]>> = {
  call: [2, 3, 4],
  query: [2, 3],
  read_state: [2, 3],
};
const CBOR: readonly [string, string][] = [['content-type', 'application/cbor']];
const NO_BYTES = new Uint8Array(0);

/** @throws HttpError for requests that are not answered */
export async function route(network: LocalNetwork, request: WebRequest): Promise<WebResponse> {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  if (request.method === 'OPTIONS') return { status: 204, headers: [], body: NO_BYTES };
  if (pathname === '/api/v2/status') return cbor({ status: 200, body: status(network) });
  if (pathname.startsWith('/api/')) return cbor(await api(network, pathname, request));
  const named = canisterName(request, searchParams);
  const canister = servedCanister(network, named);
  const page = await serveFromCanister(network, canister, request);
  return pathname === '/' && !named && page.status === 404 ? front(canister, page) : page;
}

/** For who opens the network's address in a browser, and whose canister has no front page. */
function front({ name }: Canister, { body }: WebResponse): WebResponse {
  const text = `This is a local network of the Internet Computer, for agents: /api/v2/status has its status.\nCanister ${name} has no page here; it says: ${new TextDecoder().decode(body)}`;
  return {
    status: 404,
    headers: [['content-type', 'text/plain; charset=utf-8']],
    body: new TextEncoder().encode(text),
  };
}

async function api(network: LocalNetwork, path: string, request: WebRequest): Promise<Answer> {
  const [, version, kind, idText, action] = API.exec(path) ?? [];
  if (!action || !VERSIONS[action]!.includes(Number(version))) throw notFound(`there is no ${path} here`);
  if (request.method !== 'POST') throw new HttpError(405, `${path} takes POST`);
  const id = principal(idText!);
  const envelope = readEnvelope(request.body);
  const now = BigInt(Date.now()) * 1_000_000n;
  requireType(envelope, action as Envelope['content']['requestType']);
  if (kind === 'subnet') return subnetState(network, envelope, id, action, now);
  authenticate(envelope, now, action === 'read_state' ? id : envelope.content.canisterId);
  if (action === 'read_state') return stateAnswer(readState(network, envelope.content, id));
  try {
    if (action === 'query') return query(network, envelope, id);
    return await (version === '2' ? call(network, envelope, id) : callAndWait(network, envelope, id));
  } catch (error) {
    if (error instanceof CanisterRejectError) throw badRequest(`${error.errorCode}: ${error.rejectMessage}`);
    throw error;
  }
}

function subnetState(
  network: LocalNetwork,
  envelope: Envelope,
  id: Uint8Array,
  action: string,
  now: bigint,
): Answer {
  if (action !== 'read_state') throw notFound(`a subnet answers read_state alone, not ${action}`);
  if (Buffer.compare(id, network.subnet.subnetId) !== 0) {
    throw notFound(`there is no subnet ${Principal.fromUint8Array(id).toText()} here`);
  }
  authenticate(envelope, now, undefined);
  return stateAnswer(readState(network, envelope.content, undefined));
}

function stateAnswer(certificate: Uint8Array): Answer {
  return { status: 200, body: encodeWithSelfDescribedTag({ certificate }) };
}

function status({ subnet }: LocalNetwork): Uint8Array {
  return encodeWithSelfDescribedTag({
    impl_version: 'tabularium',
    replica_health_status: 'healthy',
    root_key: subnet.rootKey,
  });
}

/** The canister that a page is wanted of, by query parameter or by host name. */
function canisterName(request: WebRequest, parameters: URLSearchParams): string | undefined {
  const host = request.headers.find(([name]) => name === 'host')?.[1] ?? '';
  const subdomain = /^([a-z0-9-]+)\.localhost(?::\d+)?$/.exec(host)?.[1];
  return parameters.get('canisterId') ?? subdomain;
}

/** @param named the network's first when undefined */
function servedCanister(network: LocalNetwork, named: string | undefined): Canister {
  const { canisters } = network.subnet;
  const [first] = canisters.all;
  const canister = named ? canisters.find(principal(named)) : first;
  if (canister) return canister;
  throw notFound(named ? `there is no canister ${named} here` : 'there is no canister here yet');
}

function principal(text: string): Uint8Array {
  try {
    return Principal.fromText(text).toUint8Array();
  } catch {
    throw badRequest(`'${text}' is not a principal`);
  }
}

function cbor({ status, body }: Answer): WebResponse {
  return { status, headers: body ? CBOR : [], body: body ?? NO_BYTES };
}
