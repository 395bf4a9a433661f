import { call, IDL, setTimer } from 'azle';
import { nativeModule } from '../../src/database';
import { MANAGEMENT_CANISTER } from '../service/management-canister';

const RETRY_SECONDS = 60;

/**
 * Seeds SQL's `random()` from the IC's random beacon as soon as messages run: init and post_upgrade cannot call other
 * canisters. Until the answer arrives, random values depend on time and state only, and can be foreseen.
 */
export function seedRandomnessSoon(delaySeconds = 0): void {
  setTimer(delaySeconds, async () => {
    try {
      const seed = await call<undefined, Uint8Array>(MANAGEMENT_CANISTER, 'raw_rand', {
        returnIdlType: IDL.Vec(IDL.Nat8),
      });
      nativeModule().seedRandomness(seed);
    } catch {
      // The beacon is out of reach while the canister is stopping or short of cycles.
      seedRandomnessSoon(RETRY_SECONDS);
    }
  });
}
