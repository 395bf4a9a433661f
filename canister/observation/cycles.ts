import { call, canisterCycleBalance, canisterSelf, IDL, setTimer } from 'azle';
import { cyclesRunwaySeconds } from '../../catalog/metrics/report';
import { MANAGEMENT_CANISTER } from '../service/management-canister';

const REFRESH_SECONDS = 6 * 3_600;
const RETRY_SECONDS = 600;
const DAY_SECONDS = 86_400n;

/** What the canister burns while nothing is called, as the IC said last. */
export interface IdleCost {
  readonly cyclesPerDay: bigint;
  /** Below this balance the canister stops answering. */
  readonly freezingBalance: bigint;
}

/** The fields of `canister_status` that are asked for; Candid passes over the others. */
const Status = IDL.Record({
  idle_cycles_burned_per_day: IDL.Nat,
  settings: IDL.Record({ freezing_threshold: IDL.Nat }),
});

interface StatusReply {
  readonly idle_cycles_burned_per_day: bigint;
  readonly settings: { readonly freezing_threshold: bigint };
}

let known: IdleCost | undefined;

/** Undefined until the IC has answered once. */
export function idleCost(): IdleCost | undefined {
  return known;
}

/** Seconds until the canister freezes when idle. */
export function cyclesRunway(): number | undefined {
  return cyclesRunwaySeconds({
    cyclesBalance: canisterCycleBalance(),
    idleCyclesPerDay: known?.cyclesPerDay,
    freezingBalance: known?.freezingBalance ?? 0n,
  });
}

/** Asks the IC now and then; a canister may ask about itself. */
export function watchIdleCost(delaySeconds = 0): void {
  setTimer(delaySeconds, async () => {
    let next = REFRESH_SECONDS;
    try {
      const canister_id = canisterSelf();
      const status = await call<[{ canister_id: typeof canister_id }], StatusReply>(
        MANAGEMENT_CANISTER,
        'canister_status',
        {
          paramIdlTypes: [IDL.Record({ canister_id: IDL.Principal })],
          returnIdlType: Status,
          args: [{ canister_id }],
        },
      );
      const cyclesPerDay = status.idle_cycles_burned_per_day;
      const freezingBalance = (cyclesPerDay * status.settings.freezing_threshold) / DAY_SECONDS;
      known = { cyclesPerDay, freezingBalance };
    } catch {
      // Out of reach while the canister is stopping or short of cycles.
      next = RETRY_SECONDS;
    }
    watchIdleCost(next);
  });
}
