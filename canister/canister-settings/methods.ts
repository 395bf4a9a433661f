import type { Principal } from '@dfinity/principal';
import { IDL } from 'azle';
import {
  type CandidCanisterDescription,
  type CandidCanisterSettings,
  type CandidResult,
  canisterSettingsMethods,
} from '../../src/candid';
import { answer } from '../service/answer';
import { method } from '../service/method';
import { configureCanister, describeCanister, setOperators } from './settings';

const signatures = canisterSettingsMethods(IDL);

/** What controllers choose for the whole canister. */
export class CanisterSettingsMethods {
  @method(signatures.describe_canister)
  describe_canister(): CandidResult<CandidCanisterDescription> {
    return answer(describeCanister);
  }

  @method(signatures.configure_canister)
  configure_canister(settings: CandidCanisterSettings): CandidResult<null> {
    return answer(() => configureCanister(settings));
  }

  @method(signatures.set_operators)
  set_operators(operators: Principal[]): CandidResult<null> {
    return answer(() => setOperators(operators));
  }
}
