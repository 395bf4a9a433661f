import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { Request } from '../call-engine';
import type { Canister } from '../canister';
import { ErrorCode, rejectWith } from '../errors';
import type { Response } from '../execution';
import type { SeededRandom } from '../random';
import {
  CanisterIdRecord,
  CanisterStatusResult,
  type UpdateSettings,
  UpdateSettingsArgument,
} from './candid-types';
import { candidStatus } from './canister-status';
import { applySettings, settingsChange } from './settings';

/** Services of the subnet that canisters reach by calling `aaaaa-aa`. */
export class ManagementCanister {
  constructor(
    private readonly random: SeededRandom,
    private readonly find: (id: Uint8Array) => Canister | undefined,
  ) {}

  /** Answers a call from a canister. */
  call(request: Request): Response {
    try {
      return this.dispatch(request);
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'reject', reject: error.reject };
      throw error;
    }
  }

  private dispatch(request: Request): Response {
    switch (request.method) {
      case 'raw_rand':
        return reply([IDL.Vec(IDL.Nat8)], [this.random.draw()]);
      case 'canister_status': {
        const canister = this.controlled(request, this.target(request));
        return reply([CanisterStatusResult], [candidStatus(canister)]);
      }
      case 'update_settings': {
        const { canister_id: id, settings } = decode<UpdateSettings>(request, UpdateSettingsArgument);
        applySettings(this.controlled(request, this.canister(id)), settingsChange(settings));
        return reply([], []);
      }
      case 'deposit_cycles':
        this.target(request).balance += request.cycles;
        return reply([], []);
      case 'start_canister':
        this.controlled(request, this.target(request)).status = 'running';
        return reply([], []);
      default:
        throw new Refusal(ErrorCode.methodNotFound, `Management canister has no method '${request.method}'`);
    }
  }

  private target(request: Request): Canister {
    return this.canister(decode<{ canister_id: Principal }>(request, CanisterIdRecord).canister_id);
  }

  private canister(id: Principal): Canister {
    const canister = this.find(id.toUint8Array());
    if (!canister) throw new Refusal(ErrorCode.canisterNotFound, `Canister ${id.toText()} not found.`);
    return canister;
  }

  private controlled(request: Request, canister: Canister): Canister {
    const isSelf = Buffer.compare(canister.id, request.caller) === 0;
    if (canister.isController(request.caller) || (isSelf && request.method === 'canister_status'))
      return canister;
    throw new Refusal(
      ErrorCode.canisterInvalidController,
      `Only the controllers of the canister ${canister.name} can control it.`,
    );
  }
}

/** Becomes the reject of the management call under way. */
class Refusal extends Error {
  readonly reject;

  constructor(errorCode: ErrorCode, message: string) {
    super(message);
    this.reject = rejectWith(errorCode, message);
  }
}

function reply(types: IDL.Type[], values: unknown[]): Response {
  return { kind: 'reply', data: new Uint8Array(IDL.encode(types, values)) };
}

function decode<Argument>(request: Request, type: IDL.Type): Argument {
  try {
    return IDL.decode([type], request.argument)[0] as Argument;
  } catch (error) {
    throw new Refusal(
      ErrorCode.canisterContractViolation,
      `Error decoding candid of ${request.method}: ${String(error)}`,
    );
  }
}
