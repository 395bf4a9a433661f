import { Principal } from '@dfinity/principal';
import { defaultSettings } from '../canister/canister-settings';
import type { QueuedMessage } from '../subnet/rounds';
import type { Subnet } from '../subnet/subnet';
import {
  type CanisterState,
  restoreCanister,
  type SavedParts,
  type StateParts,
  saveCanister,
} from './canister-state';

/** All that a subnet is between two messages, as plain data. */
export interface SubnetState {
  readonly seed: string;
  readonly time: bigint;
  readonly created: bigint;
  readonly drawn: number;
  readonly nextCallId: number;
  readonly queue: readonly QueuedMessage[];
  readonly canisters: readonly CanisterState[];
}

export function saveSubnet(subnet: Subnet, parts: StateParts): SubnetState {
  return {
    seed: subnet.seed,
    time: subnet.time,
    created: subnet.canisters.created,
    drawn: subnet.random.drawn,
    nextCallId: subnet.effects.nextCallId,
    queue: subnet.queue,
    canisters: [...subnet.canisters.all].map((canister) => saveCanister(canister, parts)),
  };
}

/** @param subnet new, and with the seed that the saved one had */
export function restoreSubnet(subnet: Subnet, state: SubnetState, parts: SavedParts): void {
  subnet.time = state.time;
  subnet.canisters.created = state.created;
  subnet.random.drawn = state.drawn;
  subnet.effects.nextCallId = state.nextCallId;
  subnet.queue.push(...state.queue);
  for (const saved of state.canisters) {
    const principal = Principal.fromUint8Array(saved.id);
    restoreCanister(subnet.create(defaultSettings([]), 0n, principal), saved, parts);
  }
}
