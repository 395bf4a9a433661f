import type { Canister } from '../canister/canister';
import { mayView } from '../canister/canister-settings';
import {
  type CanisterSnapshot,
  loadSnapshot,
  snapshotSize,
  takeSnapshot,
} from '../canister/canister-snapshot';
import { ErrorCode } from '../errors';
import { SystemInstructions } from '../instruction-prices';
import { executionPrice } from '../subnet/prices';
import { type Answer, type ManagementCall, reply } from './call';
import {
  SnapshotArgument,
  SnapshotListResult,
  type SnapshotReference,
  SnapshotResult,
  type TakeSnapshot,
  TakeSnapshotArgument,
} from './candid-code-types';
import { refusal } from './refusal';

/** Snapshots that a canister may have at a time. */
const MAXIMUM_SNAPSHOTS = 10;

/** Snapshots of a canister's code and memories. */
export const snapshotMethods: Readonly<Record<string, (call: ManagementCall) => Answer>> = {
  take_canister_snapshot: take,

  load_canister_snapshot: (call) => {
    const { canister, snapshot } = referenced(call);
    const loading = call.services.loadingPrice(snapshot.code, snapshot.totalSize);
    // Two payments on the IC, each with the base fee of a message.
    charge(canister, executionPrice(SystemInstructions.snapshot) + loading);
    loadSnapshot(canister, snapshot);
    return reply([], []);
  },

  list_canister_snapshots: (call) => {
    const canister = call.target();
    const isShown = mayView(canister.settings.snapshotVisibility, call.request.caller, false);
    const { snapshots } = isShown ? canister : call.controlled(canister);
    return reply([SnapshotListResult], [[...snapshots.values()].map(described)]);
  },

  delete_canister_snapshot: (call) => {
    const { canister, snapshot } = referenced(call);
    canister.snapshots.delete(keyOf(snapshot.id));
    return reply([], []);
  },
};

function take(call: ManagementCall): Answer {
  const { canister_id: id, replace_snapshot: replace } = call.argument<TakeSnapshot>(TakeSnapshotArgument);
  const canister = call.controlled(call.canister(id));
  if (!canister.installation) {
    throw refusal(
      ErrorCode.wasmModuleNotFound,
      `Failed to create snapshot for empty canister ${canister.name}`,
    );
  }
  const replaced = replace[0] && find(canister, replace[0]);
  if (!replaced && canister.snapshots.size >= MAXIMUM_SNAPSHOTS) {
    throw refusal(
      ErrorCode.invalidManagementPayload,
      `Canister ${canister.name} has reached the maximum number of snapshots allowed: ${MAXIMUM_SNAPSHOTS}.`,
    );
  }
  charge(canister, executionPrice(SystemInstructions.snapshot + BigInt(snapshotSize(canister))));
  const snapshot = takeSnapshot(canister, canister.snapshotsTaken++, call.services.now());
  if (replaced) canister.snapshots.delete(keyOf(replaced.id));
  canister.snapshots.set(keyOf(snapshot.id), snapshot);
  return reply([SnapshotResult], [described(snapshot)]);
}

/** @throws Refusal when the canister cannot pay and stay above its freezing threshold */
function charge(canister: Canister, price: bigint): void {
  if (canister.balance - price < canister.freezingThresholdCycles) {
    throw refusal(
      ErrorCode.canisterOutOfCycles,
      `Canister ${canister.name} is out of cycles: ${price} cycles are required, its balance is ${canister.balance}`,
    );
  }
  canister.pay(price);
}

function referenced(call: ManagementCall): { canister: Canister; snapshot: CanisterSnapshot } {
  const { canister_id: id, snapshot_id: snapshotId } = call.argument<SnapshotReference>(SnapshotArgument);
  const canister = call.controlled(call.canister(id));
  return { canister, snapshot: find(canister, snapshotId) };
}

function find(canister: Canister, id: Uint8Array): CanisterSnapshot {
  const snapshot = canister.snapshots.get(keyOf(id));
  if (snapshot) return snapshot;
  throw refusal(
    ErrorCode.canisterSnapshotNotFound,
    `Could not find the snapshot ID ${keyOf(id)} for canister ${canister.name}`,
  );
}

function described({ id, takenAt, totalSize }: CanisterSnapshot) {
  return { id, taken_at_timestamp: takenAt, total_size: BigInt(totalSize) };
}

function keyOf(id: Uint8Array): string {
  return Buffer.from(id).toString('hex');
}
