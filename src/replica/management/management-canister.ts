import { IDL } from '@dfinity/candid';
import { mayView } from '../canister/canister-settings';
import { ErrorCode } from '../errors';
import type { Request } from '../subnet/messages';
import { type Answer, ManagementCall, type ManagementServices, reply } from './call';
import { CanisterLogsResult } from './candid-code-types';
import { CanisterStatusResult, type UpdateSettings, UpdateSettingsArgument } from './candid-types';
import { candidStatus } from './canister-status';
import { codeMethods } from './code-methods';
import { lifecycleMethods } from './lifecycle-methods';
import { Refusal, refusal } from './refusal';
import { settingsChange, updateSettings } from './settings';
import { snapshotMethods } from './snapshot-methods';

type Method = (call: ManagementCall) => Answer;

/** Services of the subnet that canisters, and users too where it says so, reach by calling `aaaaa-aa`. */
export class ManagementCanister {
  private readonly methods: Readonly<Record<string, Method>>;

  constructor(private readonly services: ManagementServices) {
    this.methods = { ...generalMethods, ...lifecycleMethods, ...codeMethods, ...snapshotMethods };
  }

  /** Answers a call; undefined when the answer comes later. */
  call(request: Request): Answer {
    const method = Object.hasOwn(this.methods, request.method) ? this.methods[request.method] : undefined;
    return this.run(request, method);
  }

  /** Answers a query of a user. */
  query(request: Request): Answer {
    return this.run(request, QUERIES.has(request.method) ? generalMethods[request.method] : undefined);
  }

  private run(request: Request, method: Method | undefined): Answer {
    try {
      if (method) return method(new ManagementCall(request, this.services));
      throw refusal(ErrorCode.methodNotFound, `Management canister has no method '${request.method}'`);
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'reject', reject: error.reject };
      throw error;
    }
  }
}

/** What users may ask without all replicas agreeing on the answer. */
const QUERIES: ReadonlySet<string> = new Set(['fetch_canister_logs', 'canister_status']);

const generalMethods: Readonly<Record<string, Method>> = {
  raw_rand: (call) => {
    call.requireCanisterCaller();
    call.arguments([]);
    return reply([IDL.Vec(IDL.Nat8)], [call.services.draw()]);
  },

  canister_status: (call) => {
    const canister = call.target();
    const isShown = mayView(canister.settings.statusVisibility, call.request.caller, false);
    return reply(
      [CanisterStatusResult],
      [candidStatus(isShown ? canister : call.controlled(canister, true))],
    );
  },

  update_settings: (call) => {
    const { canister_id: id, settings } = call.argument<UpdateSettings>(UpdateSettingsArgument);
    updateSettings(call.controlled(call.canister(id)), settingsChange(settings));
    return reply([], []);
  },

  fetch_canister_logs: (call) => {
    const canister = call.target();
    const { caller } = call.request;
    if (!mayView(canister.settings.logVisibility, caller, canister.isController(caller))) {
      throw refusal(
        ErrorCode.canisterRejectedMessage,
        `Caller is not allowed to access the logs of canister ${canister.name}`,
      );
    }
    const records = canister.log.records.map(({ index, timestamp, content }) => ({
      idx: index,
      timestamp_nanos: timestamp,
      content,
    }));
    return reply([CanisterLogsResult], [{ canister_log_records: records }]);
  },
};
