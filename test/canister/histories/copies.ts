import { type Fault, type ModelledArchive, type ModelledService, WORKSPACE } from './modelled-service';
import { type Choice, nth, type Step, underWay } from './step';

/** Goes on with a fork, or begins one of what another archive has or had; one in ten is given up. */
export const fork: Step = async (model, choice, fault) => {
  const { from, which, pages } = choice;
  const isFork = ({ state, source, slot }: ModelledArchive) => state === 'copied' && source !== slot;
  const id = underWay(model, choice, isFork);
  const target = model.archives.get(id);
  const source = model.active(from);
  if (target === undefined && source !== undefined)
    await beginFork(model, { id, from, which, pages }, source, fault);
  else if (target === undefined || !isFork(target)) return;
  else if (which % 10 === 9) await cancelFork(model, id, target, fault);
  else {
    const proceed = () => model.service.db_continue_fork(id, pages);
    await model.message(fault, [target.slot, target.source!], proceed, ({ done }) => {
      if (!done) return;
      target.state = 'active';
      model.completed.add('fork');
    });
  }
};

async function beginFork(
  model: ModelledService,
  { id, from, which }: Choice,
  source: ModelledArchive,
  fault: Fault,
): Promise<void> {
  const name = which % 2 === 0 ? undefined : nth(source.snapshots.keys(), which);
  const live = name === undefined ? source.live : source.snapshots.get(name)!;
  const snapshot: [] | [string] = name === undefined ? [] : [name];
  const begin = () => model.service.db_begin_fork({ archive: from, snapshot, id, owner: [] });
  await model.message(fault, [source.slot], begin, async (reference) => {
    const { slot } = (await model.canister.client().administer(reference).describe()).archive;
    model.archives.set(id, {
      reference,
      slot,
      state: 'copied',
      live,
      snapshots: new Map(),
      source: source.slot,
    });
  });
}

async function cancelFork(
  model: ModelledService,
  id: string,
  target: ModelledArchive,
  fault: Fault,
): Promise<void> {
  const { slot, reference, source } = target;
  let cancelled = false;
  await model.message(
    fault,
    [slot, source!],
    () => model.service.db_cancel_fork(id),
    () => {
      cancelled = true;
      model.archives.delete(id);
    },
  );
  if (cancelled) await purge(model, reference, slot, undefined);
}

/** Goes on with the adoption of what others left, or begins it; one in ten is given up. */
export const adopt: Step = async (model, { which, pages }, fault) => {
  const { foreign } = model;
  const id = 'adopted';
  const archive = model.archives.get(id);
  if (foreign === undefined) return;
  const { slot, image } = foreign;
  if (archive !== undefined && archive.slot !== slot) return;
  const touched = [slot, WORKSPACE];
  if (archive === undefined) {
    const begin = () => model.service.adopt_slot({ slot, id, owner: [] });
    await model.message(fault, touched, begin, ({ archive: reference }) => {
      model.archives.set(id, {
        reference,
        slot,
        state: 'copied',
        live: image,
        snapshots: new Map(),
        source: slot,
      });
    });
  } else if (which % 10 === 9) {
    const cancel = () => model.service.db_cancel_adoption(id);
    await model.message(fault, touched, cancel, () => {
      model.archives.delete(id);
    });
  } else {
    const proceed = () => model.service.db_continue_adoption(id, pages);
    await model.message(fault, touched, proceed, ({ done }) => {
      if (!done) return;
      archive.state = 'active';
      model.foreign = undefined;
      model.completed.add('adoption');
    });
  }
};

/** Deletes an archive; a deleted one is recovered, or purged unless it is being copied. */
export const deleteOrPurge: Step = async (model, { id, which }, fault) => {
  const archive = model.archives.get(id);
  if (archive === undefined || archive.state === 'copied') return;
  const { slot, reference } = archive;
  if (archive.state === 'active') {
    const remove = () => model.service.delete_archive(id);
    await model.message(fault, [slot], remove, () => {
      archive.state = 'deleted';
    });
  } else if (which % 2 === 0) {
    const recover = () => model.service.recover_archive(reference, []);
    await model.message(fault, [slot], recover, () => {
      archive.state = 'active';
    });
  } else if (
    ![...model.archives.values()].some(({ state, source }) => state === 'copied' && source === slot)
  ) {
    await purge(model, reference, slot, fault, () => model.archives.delete(id));
    model.completed.add('purge');
  }
};

function purge(
  model: ModelledService,
  reference: string,
  slot: number,
  fault: Fault,
  follow: () => void = () => {},
): Promise<void> {
  return model.message(fault, [slot], () => model.service.purge_archive(reference), follow);
}
