import { encodeWithSelfDescribedTag } from '@dfinity/cbor';
import type { Canister } from '../canister/canister';
import { type LabelMap, type LabelTree, label } from './hash-tree';
import type { SubnetKeys } from './subnet-keys';

/** Any canister id of this replica lies between these. */
export const FIRST_ID = new Uint8Array(10);
export const LAST_ID = new Uint8Array(10).fill(0xff);

/** What the top of every state tree holds. */
export interface CertifiedState {
  readonly keys: SubnetKeys;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly canisters: Iterable<Canister>;
  /** Status of requests by their id, as `requestStatus` makes it. */
  readonly requests?: ReadonlyMap<Uint8Array, LabelTree>;
}

/** The state that the subnet certifies (IC interface specification, "The system state tree"). */
export function stateTree({ keys, time, canisters, requests }: CertifiedState): LabelMap {
  const ranges = encodeWithSelfDescribedTag([[FIRST_ID, LAST_ID]]);
  const subnet = tree({
    public_key: keys.rootKey,
    canister_ranges: ranges,
    type: text('application'),
    node: new Map([[label(keys.nodeId), tree({ public_key: keys.nodeKey })]]),
  });
  return tree({
    time: leb128(time),
    subnet: new Map([[label(keys.subnetId), subnet]]),
    canister_ranges: new Map([[label(keys.subnetId), new Map([[label(FIRST_ID), ranges]])]]),
    canister: new Map([...canisters].map((canister) => [label(canister.id), canisterTree(canister)])),
    request_status: new Map([...(requests ?? [])].map(([id, status]) => [label(id), status])),
  });
}

function canisterTree({ settings, installation, certifiedData }: Canister): LabelMap {
  const controllers = settings.controllers.map((controller) => controller.toUint8Array());
  if (!installation) return tree({ controllers: encodeWithSelfDescribedTag(controllers) });
  const { hash, metadata } = installation.instance.code;
  return tree({
    controllers: encodeWithSelfDescribedTag(controllers),
    module_hash: hash,
    certified_data: certifiedData,
    metadata: new Map([...metadata].map(([name, { content }]) => [label(name), content])),
  });
}

export function tree(levels: Readonly<Record<string, LabelTree>>): LabelMap {
  return new Map(Object.entries(levels));
}

export function text(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value, 'utf8'));
}

export function leb128(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
