import { IDL, msgArgData } from 'azle';
import type { SlotPlan } from '../../catalog/slots/slot-plan';
import { CandidInstallOptions, IdlTypes } from '../../src/candid';

/**
 * The slots that the installer chose; undefined for the default. The bucket size was read natively, before Azle started.
 */
export function chosenPlan(): SlotPlan | undefined {
  const argument = msgArgData();
  if (argument.length === 0) {
    return undefined;
  }
  const type = new IdlTypes<IDL.Type>(IDL).of(CandidInstallOptions);
  const [options] = IDL.decode([type], argument) as unknown as [CandidInstallOptions];
  const slots = options[0]?.slots[0];
  return slots && { first: slots.first, last: slots.last, anchor: slots.anchor[0] ?? slots.first };
}
