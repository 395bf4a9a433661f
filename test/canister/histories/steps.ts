import type { CandidResult } from '../../../src/candid';
import { adopt, deleteOrPurge, fork } from './copies';
import { cancelImport, deleteSnapshot, exportImage, importImage, restore, takeSnapshot } from './images';
import type { ModelledService } from './modelled-service';
import { create, remove, vacuum, write } from './rows';
import { type Choice, type Step, serving } from './step';

/** Upkeep in parts, which changes nothing that the model knows of. */
const upkeep = (call: (model: ModelledService, choice: Choice) => Promise<CandidResult<unknown>>): Step =>
  serving((model, archive, choice, fault) =>
    model.message(
      fault,
      [archive.slot],
      () => call(model, choice),
      () => {},
    ),
  );

/** Every kind of step, by its weight in a history. */
export const STEPS: Readonly<Record<string, readonly [weight: number, step: Step]>> = {
  create: [3, create],
  write: [8, write],
  remove: [2, remove],
  vacuum: [1, vacuum],
  takeSnapshot: [5, takeSnapshot],
  restore: [4, restore],
  deleteSnapshot: [3, deleteSnapshot],
  reclaim: [2, upkeep((model, { id, pages }) => model.service.db_reclaim(id, pages))],
  compact: [4, upkeep((model, { id, pages }) => model.service.db_compact(id, pages))],
  refreshChecksum: [2, upkeep((model, { id, pages }) => model.service.db_refresh_checksum(id, pages))],
  setPageChecksums: [
    1,
    upkeep((model, { id, which }) => model.service.db_set_page_checksums(id, which % 2 === 0)),
  ],
  continuePageChecksums: [
    2,
    upkeep((model, { id, pages }) => model.service.db_continue_page_checksums(id, pages)),
  ],
  exportImage: [6, exportImage],
  importImage: [20, importImage],
  cancelImport: [1, cancelImport],
  fork: [8, fork],
  adopt: [6, adopt],
  deleteOrPurge: [6, deleteOrPurge],
  upgrade: [2, (model) => model.upgrade()],
};
