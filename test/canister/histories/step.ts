import type { Fault, ModelledArchive, ModelledService } from './modelled-service';

/** What a step may need beside its archive: another archive, a number to choose by, pages that a call may pass. */
export interface Choice {
  readonly id: string;
  readonly from: string;
  readonly which: number;
  readonly pages: number;
}

export type Step = (model: ModelledService, choice: Choice, fault: Fault) => Promise<void>;

/** A step of an archive that serves. */
export const serving =
  (
    step: (model: ModelledService, archive: ModelledArchive, choice: Choice, fault: Fault) => Promise<void>,
  ): Step =>
  async (model, choice, fault) => {
    const archive = model.active(choice.id);
    if (archive !== undefined) await step(model, archive, choice, fault);
  };

/** Mostly the archive in which something is under way, so that it comes to its end before the history does. */
export function underWay(
  { archives }: ModelledService,
  { id, which }: Choice,
  is: (archive: ModelledArchive) => boolean,
): string {
  const [found] = [...archives].find(([, archive]) => is(archive)) ?? [];
  return found === undefined || which % 4 === 0 ? id : found;
}

export const nth = <T>(of: Iterable<T>, which: number): T | undefined => {
  const all = [...of];
  return all[which % Math.max(all.length, 1)];
};
