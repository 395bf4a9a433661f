import { Principal } from '@dfinity/principal';
import { Canister, type HomeSubnet } from '../canister/canister';
import type { CanisterSettings } from '../canister/canister-settings';
import { CanisterRejectError, ErrorCode, ReplicaError, rejectWith } from '../errors';

/** Canister ids start here, so that they cannot be taken for small numbers. */
const FIRST_CANISTER = 0x0100_0000n;
const CANISTER_ID_SUFFIX = [0x01, 0x01];

/** The canisters of a subnet, by id. */
export class CanisterRegistry {
  /** Ids that were given out. */
  created = 0n;
  private readonly canisters = new Map<string, Canister>();

  constructor(private readonly home: HomeSubnet) {}

  /** In the order in which they were created. */
  get all(): Iterable<Canister> {
    return this.canisters.values();
  }

  /** @throws ReplicaError when `id` is taken */
  create(settings: CanisterSettings, cycles: bigint, id?: Principal): Canister {
    const principal = id ?? this.nextId();
    const key = keyOf(principal.toUint8Array());
    if (this.canisters.has(key))
      throw new ReplicaError('CANISTER_EXISTS', `canister ${principal.toText()} exists already`);
    const canister = new Canister(principal, this.home, settings, cycles);
    this.canisters.set(key, canister);
    return canister;
  }

  find(id: Uint8Array): Canister | undefined {
    return this.canisters.get(keyOf(id));
  }

  /** @throws CanisterRejectError when there is no such canister */
  get(id: Principal): Canister {
    const canister = this.find(id.toUint8Array());
    if (canister) return canister;
    throw new CanisterRejectError(
      rejectWith(ErrorCode.canisterNotFound, `Canister ${id.toText()} not found.`),
    );
  }

  remove(canister: Canister): void {
    this.canisters.delete(keyOf(canister.id));
  }

  private nextId(): Principal {
    const bytes = new Uint8Array(10);
    bytes.set(CANISTER_ID_SUFFIX, 8);
    do new DataView(bytes.buffer).setBigUint64(0, FIRST_CANISTER + this.created++);
    while (this.canisters.has(keyOf(bytes)));
    return Principal.fromUint8Array(bytes);
  }
}

function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex');
}
