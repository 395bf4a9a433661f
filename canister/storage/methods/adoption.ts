import { IDL } from 'azle';
import {
  adoptionMethods,
  type CandidAdoptionProgress,
  type CandidAdoptSlot,
  type CandidResult,
  type CandidSlotContent,
  type CandidVerification,
} from '../../../src/candid';
import { answer } from '../../service/answer';
import { method } from '../../service/method';
import {
  adoptionProgress,
  adoptSlot,
  cancelAdoption,
  continueAdoption,
  inspectSlot,
  verifySlot,
} from '../adoption';

const signatures = adoptionMethods(IDL);

/** Images that other software wrote. */
export class AdoptionMethods {
  @method(signatures.inspect_slot)
  inspect_slot(slot: number): CandidResult<CandidSlotContent> {
    return answer(() => inspectSlot(slot));
  }

  @method(signatures.verify_slot)
  verify_slot(
    slot: number,
    before: [] | [CandidVerification],
    pageBudget: number,
  ): CandidResult<CandidVerification> {
    return answer(() => verifySlot(slot, before[0], pageBudget));
  }

  @method(signatures.adopt_slot)
  adopt_slot(request: CandidAdoptSlot): CandidResult<CandidAdoptionProgress> {
    return answer(() => adoptSlot(request));
  }

  @method(signatures.db_continue_adoption)
  db_continue_adoption(archive: string, pageBudget: number): CandidResult<CandidAdoptionProgress> {
    return answer(() => continueAdoption(archive, pageBudget));
  }

  @method(signatures.db_adoption_progress)
  db_adoption_progress(archive: string): CandidResult<[] | [CandidAdoptionProgress]> {
    return answer(() => adoptionProgress(archive));
  }

  @method(signatures.db_cancel_adoption)
  db_cancel_adoption(archive: string): CandidResult<null> {
    return answer(() => cancelAdoption(archive));
  }
}
