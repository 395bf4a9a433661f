import { Principal } from '@dfinity/principal';
import type { Canister } from '../canister/canister';
import { defaultSettings } from '../canister/canister-settings';
import { ErrorCode, ReplicaError } from '../errors';
import { Price } from '../subnet/prices';
import { type Answer, type ManagementCall, reply } from './call';
import {
  CanisterIdRecord,
  type CreateCanister,
  CreateCanisterArgument,
  type ProvisionalCreate,
  ProvisionalCreateArgument,
  type SettingsRecord,
  type TopUp,
  TopUpArgument,
} from './candid-types';
import { refusal } from './refusal';
import { applySettings, settingsChange } from './settings';

/** What a canister gets that is made out of nothing, as on the IC's test networks. */
const PROVISIONAL_CYCLES = 100_000_000_000_000n;

/** From a canister's creation to its end. */
export const lifecycleMethods: Readonly<Record<string, (call: ManagementCall) => Answer>> = {
  create_canister: (call) => {
    call.requireCanisterCaller();
    const { settings } = call.argument<CreateCanister>(CreateCanisterArgument);
    const { cycles } = call.request;
    if (cycles < Price.createCanister) {
      throw refusal(
        ErrorCode.canisterRejectedMessage,
        `Creating a canister requires a fee of ${Price.createCanister} that is deducted from the canister's initial balance but only ${cycles} cycles were received with the create_canister request.`,
      );
    }
    return created(create(call, settings, cycles - Price.createCanister));
  },

  provisional_create_canister_with_cycles: (call) => {
    const argument = call.argument<ProvisionalCreate>(ProvisionalCreateArgument);
    const { settings, amount, specified_id: id } = argument;
    return created(create(call, settings, amount[0] ?? PROVISIONAL_CYCLES, id[0]));
  },

  provisional_top_up_canister: (call) => {
    const { canister_id: id, amount } = call.argument<TopUp>(TopUpArgument);
    call.canister(id).balance += amount;
    return reply([], []);
  },

  deposit_cycles: (call) => {
    call.requireCanisterCaller();
    call.target().balance += call.request.cycles;
    return reply([], []);
  },

  start_canister: (call) => {
    call.services.start(call.controlled(call.target()));
    return reply([], []);
  },

  stop_canister: (call) => {
    call.services.stop(call.controlled(call.target()), call.request);
    return undefined;
  },

  delete_canister: (call) => {
    const canister = call.controlled(call.target());
    if (canister.status !== 'stopped') {
      throw refusal(
        ErrorCode.canisterNotStopped,
        `Canister ${canister.name} must be stopped before it is deleted.`,
      );
    }
    call.services.remove(canister);
    return reply([], []);
  },
};

function create(
  call: ManagementCall,
  [settings]: [] | [SettingsRecord],
  cycles: bigint,
  id?: Principal,
): Canister {
  const controllers = [Principal.fromUint8Array(call.request.caller)];
  try {
    const canister = call.services.create(defaultSettings(controllers), cycles, id);
    if (settings) applySettings(canister, settingsChange(settings));
    return canister;
  } catch (error) {
    if (error instanceof ReplicaError) throw refusal(ErrorCode.canisterRejectedMessage, error.message);
    throw error;
  }
}

function created(canister: Canister): Answer {
  return reply([CanisterIdRecord], [{ canister_id: canister.principal }]);
}
