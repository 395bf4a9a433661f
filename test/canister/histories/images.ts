import { ImportSteps } from '../../support/import-steps';
import type { ModelledArchive } from './modelled-service';
import { nth, type Step, serving, underWay } from './step';

export const takeSnapshot = serving((model, archive, { id }, fault) => {
  const name = model.newName('snapshot');
  const call = () => model.service.db_create_snapshot(id, name);
  return model.message(fault, [archive.slot], call, () => {
    archive.snapshots.set(name, archive.live);
  });
});

export const restore = serving(async (model, archive, { id, which }, fault) => {
  const snapshot = nth(archive.snapshots.keys(), which);
  if (snapshot === undefined) return;
  const keptAs = model.newName('replaced');
  const call = () => model.service.db_restore_snapshot({ archive: id, snapshot, keep_as: [keptAs] });
  await model.message(fault, [archive.slot], call, () => {
    archive.snapshots.set(keptAs, archive.live);
    archive.live = archive.snapshots.get(snapshot)!;
    model.completed.add('restore');
  });
});

export const deleteSnapshot = serving(async (model, archive, { id, which }, fault) => {
  const snapshot = nth(archive.snapshots.keys(), which);
  if (snapshot === undefined) return;
  const call = () => model.service.db_delete_snapshot(id, snapshot);
  await model.message(fault, [archive.slot], call, () => {
    archive.snapshots.delete(snapshot);
  });
});

/** Begins an export, of a snapshot where there is one, or ends the one that there is. */
export const exportImage = serving(async (model, archive, { id, which }, fault) => {
  const { slot, export: pinned } = archive;
  if (pinned !== undefined) {
    const end = () => model.service.db_end_export(id, pinned.token);
    await model.message(fault, [slot], end, () => {
      archive.export = undefined;
    });
    return;
  }
  const snapshot = which % 2 === 0 ? undefined : nth(archive.snapshots.keys(), which);
  const begin = () =>
    model.service.db_begin_export({
      archive: id,
      snapshot: snapshot === undefined ? [] : [snapshot],
      lifetime_seconds: [],
    });
  await model.message(fault, [slot], begin, ({ token }) => {
    const image = snapshot === undefined ? archive.live : archive.snapshots.get(snapshot)!;
    archive.export = { token, image };
  });
});

/** Goes on with an import, or begins one. */
export const importImage: Step = (model, choice, fault) => {
  const isImporting = (archive: ModelledArchive) =>
    archive.state === 'active' && archive.import !== undefined;
  return stepImport(model, { ...choice, id: underWay(model, choice, isImporting) }, fault);
};

/** Begins an import of what another archive has pinned, sends a part, verifies, or switches. */
const stepImport = serving(async (model, archive, { id, from, which, pages }, fault) => {
  const { slot, import: current } = archive;
  if (current === undefined) {
    const sources = [model.active(from), ...model.archives.values()];
    const image = sources.find((source) => source?.export !== undefined)?.export?.image;
    if (image === undefined || image.bytes.length === 0) return;
    const steps = new ImportSteps(model.service, id);
    const begin = () => steps.begin(image.bytes.length);
    await model.message(fault, [slot], begin, () => {
      archive.import = { steps, image, sent: 0, verified: false };
    });
  } else if (current.sent < current.image.bytes.length) {
    const end = Math.min(current.image.bytes.length, current.sent + pages * 2_500);
    const send = () => current.steps.chunk(current.sent, current.image.bytes.subarray(current.sent, end));
    await model.message(fault, [slot], send, () => {
      current.sent = end;
    });
  } else if (!current.verified) {
    const verify = () => current.steps.verify();
    await model.message(fault, [slot], verify, ({ phase }) => {
      current.verified = 'Verified' in phase;
    });
  } else {
    const keptAs = which % 2 === 0 ? model.newName('import') : undefined;
    const finish = () => current.steps.finish(keptAs === undefined ? { Discard: null } : { KeepAs: keptAs });
    await model.message(fault, [slot], finish, () => {
      if (keptAs !== undefined) archive.snapshots.set(keptAs, archive.live);
      archive.live = current.image;
      archive.import = undefined;
      model.completed.add('import');
    });
  }
});

export const cancelImport = serving(async (model, archive, { id }, fault) => {
  const { slot, import: current } = archive;
  if (current === undefined) return;
  await model.message(
    fault,
    [slot],
    () => model.service.db_cancel_import(id, current.steps.session),
    () => {
      archive.import = undefined;
    },
  );
});
