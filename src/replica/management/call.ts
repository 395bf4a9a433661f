import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { Canister } from '../canister/canister';
import type { CanisterSettings } from '../canister/canister-settings';
import { ErrorCode, type Reject } from '../errors';
import type { Response } from '../execution/execution';
import type { CompiledModule } from '../instance/compiled-module';
import type { InstallRequest } from '../subnet/installer';
import type { Request } from '../subnet/messages';
import { CanisterIdRecord } from './candid-types';
import { refusal } from './refusal';

/** What the management canister can do to the subnet. */
export interface ManagementServices {
  find(id: Uint8Array): Canister | undefined;
  create(settings: CanisterSettings, cycles: bigint, id?: Principal): Canister;
  remove(canister: Canister): void;
  /** Nanoseconds since 1970. */
  now(): bigint;
  /** 32 random bytes. */
  draw(): Uint8Array;
  install(canister: Canister, request: InstallRequest): Reject | undefined;
  /** Cycles of bringing a snapshot of so many bytes, and its module, to run again. */
  loadingPrice(code: CompiledModule, bytes: number): bigint;
  uninstall(canister: Canister): void;
  /** Stops the canister and answers `request` when it has stopped. */
  stop(canister: Canister, request: Request): void;
  start(canister: Canister): void;
}

/** A response, or undefined when it comes later. */
export type Answer = Response | undefined;

/** One call of the management canister, with what its methods ask about it. */
export class ManagementCall {
  constructor(
    readonly request: Request,
    readonly services: ManagementServices,
  ) {}

  /** The one argument as Candid. @throws Refusal when it is something else */
  argument<Argument>(type: IDL.Type): Argument {
    return this.arguments([type])[0] as Argument;
  }

  /** All arguments as Candid, none too. @throws Refusal when they are something else */
  arguments(types: IDL.Type[]): unknown[] {
    try {
      return IDL.decode(types, this.request.argument);
    } catch (error) {
      throw refusal(
        ErrorCode.invalidManagementPayload,
        `Error decoding candid of ${this.request.method}: ${String(error)}`,
      );
    }
  }

  /** The canister that the argument's `canister_id` names. */
  target(): Canister {
    return this.canister(this.argument<{ canister_id: Principal }>(CanisterIdRecord).canister_id);
  }

  /** @throws Refusal when there is no such canister */
  canister(id: Principal): Canister {
    const canister = this.services.find(id.toUint8Array());
    if (!canister) throw refusal(ErrorCode.canisterNotFound, `Canister ${id.toText()} not found.`);
    return canister;
  }

  /** @param orSelf whether a canister may do this to itself @throws Refusal when the caller does not control the canister */
  controlled(canister: Canister, orSelf = false): Canister {
    const { caller } = this.request;
    const isSelf = Buffer.compare(canister.id, caller) === 0;
    if (canister.isController(caller) || (isSelf && orSelf)) return canister;
    throw refusal(
      ErrorCode.canisterInvalidController,
      `Only the controllers of the canister ${canister.name} can control it.`,
    );
  }

  /** @throws Refusal for a message that came from outside */
  requireCanisterCaller(): void {
    if (this.request.origin.kind === 'canister') return;
    throw refusal(
      ErrorCode.canisterRejectedMessage,
      `Only canisters can call ic00 method ${this.request.method}`,
    );
  }
}

export function reply(types: IDL.Type[], values: unknown[]): Response {
  return { kind: 'reply', data: new Uint8Array(IDL.encode(types, values)) };
}
