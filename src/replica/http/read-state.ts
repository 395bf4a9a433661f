import { type LabelPath, type LabelTree, label } from '../certification/hash-tree';
import { stateTree, text, tree } from '../certification/state-tree';
import type { LocalNetwork } from '../network/local-network';
import type { RequestRecord } from '../network/request-history';
import type { RequestContent } from './envelope';
import { badRequest, forbidden } from './http-error';

const MAXIMUM_PATHS = 1000;
const MAXIMUM_LABELS = 127;
/** Bytes of a request id. */
const REQUEST_ID = 32;
const SUBNET_FIELDS: ReadonlySet<string | undefined> = new Set([
  'public_key',
  'canister_ranges',
  'node',
  'type',
]);

/**
 * A certificate for the paths that a caller asks for (IC interface specification, "Request: Read state").
 * @param canister effective canister id; undefined for a subnet's state
 * @throws HttpError for a path that the caller may not read
 */
export function readState(
  network: LocalNetwork,
  { paths, sender }: RequestContent,
  canister: Uint8Array | undefined,
): Uint8Array {
  if (paths.length > MAXIMUM_PATHS) throw badRequest(`paths: ${paths.length}, allowed are ${MAXIMUM_PATHS}`);
  const requests = new Map<Uint8Array, RequestRecord>();
  for (const path of paths) {
    if (path.length > MAXIMUM_LABELS)
      throw badRequest(`paths: one of ${path.length} labels, allowed are ${MAXIMUM_LABELS}`);
    checkPath(network, path, sender, canister, requests);
  }
  if (requests.size > 1) throw badRequest('paths: the status of one request can be read at a time');
  return certificate(
    network,
    paths.map((path) => path.map(label)),
    [...requests.values()],
  );
}

/** A certificate that shows the time, the paths, and of requests only those given. */
export function certificate(
  network: LocalNetwork,
  paths: readonly LabelPath[],
  requests: readonly RequestRecord[],
): Uint8Array {
  const { subnet } = network;
  const { keys, time, canisters } = subnet;
  // Nobody may read the status of another's request, so a tree without the others' serves as well as one with them.
  const status = new Map(requests.map((record) => [record.id, requestStatus(record)]));
  const state = stateTree({ keys, time, canisters: canisters.all, requests: status });
  return keys.certify(state, [['time'], ...paths]);
}

export function requestPath({ id }: RequestRecord): LabelPath {
  return ['request_status', label(id)];
}

function requestStatus({ response }: RequestRecord): LabelTree {
  if (!response) return tree({ status: text('processing') });
  if (response.kind === 'reply') return tree({ status: text('replied'), reply: response.data });
  const { code, message, errorCode } = response.reject;
  return tree({
    status: text('rejected'),
    reject_code: Uint8Array.of(code),
    reject_message: text(message),
    error_code: text(errorCode),
  });
}

function checkPath(
  network: LocalNetwork,
  path: readonly Uint8Array[],
  sender: Uint8Array,
  canister: Uint8Array | undefined,
  requests: Map<Uint8Array, RequestRecord>,
): void {
  const [first, second, third] = path.map((part) => Buffer.from(part).toString('latin1'));
  if (path.length === 1 && first === 'time') return;
  if (first === 'subnet' && (path.length <= 2 || SUBNET_FIELDS.has(third))) return;
  if (first === 'canister_ranges') return;
  if (first === 'request_status' && path.length >= 2 && canister) {
    checkRequest(network, path[1]!, sender, canister, requests);
    return;
  }
  const isThisCanister = canister !== undefined && second === label(canister);
  if (first === 'canister' && isThisCanister) {
    if (path.length === 3 && (third === 'module_hash' || third === 'controllers')) return;
    if (path.length === 4 && third === 'metadata') {
      checkMetadata(network, Buffer.from(path[3]!).toString('utf8'), sender, canister);
      return;
    }
  }
  throw forbidden(`paths: /${path.map(readable).join('/')} cannot be read here`);
}

function checkRequest(
  network: LocalNetwork,
  id: Uint8Array,
  sender: Uint8Array,
  canister: Uint8Array,
  requests: Map<Uint8Array, RequestRecord>,
): void {
  if (id.length !== REQUEST_ID) throw badRequest(`paths: a request id has ${REQUEST_ID} bytes`);
  const record = network.requests.find(id);
  if (!record) return;
  if (Buffer.compare(record.sender, sender) !== 0) {
    throw forbidden('paths: the request is of another sender');
  }
  if (Buffer.compare(record.effectiveCanister, canister) !== 0) {
    throw forbidden('paths: the request is for another canister');
  }
  requests.set(record.id, record);
}

function checkMetadata(network: LocalNetwork, name: string, sender: Uint8Array, id: Uint8Array): void {
  const canister = network.subnet.canisters.find(id);
  const metadata = canister?.installation?.instance.code.metadata.get(name);
  if (metadata && !metadata.isPublic && !canister?.isController(sender)) {
    throw forbidden(`paths: metadata '${name}' is for controllers`);
  }
}

function readable(part: Uint8Array): string {
  const isText = part.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText ? Buffer.from(part).toString('latin1') : `0x${Buffer.from(part).toString('hex')}`;
}
