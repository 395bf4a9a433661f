import { time } from 'azle';
import type { Catalog } from '../../catalog/catalog';
import { diagnose } from '../../catalog/doctor/diagnose';
import type { Finding } from '../../catalog/doctor/finding';
import type { SlotContent } from '../../catalog/doctor/observation';
import { type CandidFinding, optional } from '../../src/candid';
import { nativeModule } from '../../src/database';
import { authoriseCanister } from '../service/governed';
import type { Implementations } from '../service/methods';
import { toVariant } from '../service/names';
import { differsFromCopy } from '../service/native-copy';
import { running } from '../service/service';
import { contentOf } from '../slots/content';
import { cyclesRunway } from './cycles';

export const doctorMethods = {
  doctor: examine,
} satisfies Implementations;

/** Compares the catalog with what is in the memories. Operators and controllers only. */
function examine(): CandidFinding[] {
  authoriseCanister('doctor');
  const { catalog } = running();
  const { first, last } = catalog.plan;
  const contents = new Map<number, SlotContent>();
  for (let slot = first; slot <= last; slot++) {
    const content = contentOf(slot);
    if (content !== undefined) contents.set(slot, content);
  }
  const observation = {
    memories: nativeModule().memoryReport(),
    contents,
    differingCopies: differingCopies(catalog),
    now: time(),
    cyclesRunwaySeconds: cyclesRunway(),
  };
  return diagnose(catalog, observation).map(toCandid);
}

function differingCopies(catalog: Catalog): number[] {
  const { first, last } = catalog.plan;
  const slots = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return slots.filter((slot) => differsFromCopy(nativeModule(), catalog.entryAt(slot)));
}

function toCandid({ code, severity, memoryId, archive, message }: Finding): CandidFinding {
  return {
    code,
    severity: toVariant(severity),
    memory_id: optional(memoryId),
    archive: optional(archive),
    message,
  };
}
