import type { MethodName } from '../../../catalog/access/method-table';
import type { Archive } from '../../../catalog/archives/archive';
import { blockUse, changeSettings, setAccess, setOwner, unblockUse } from '../../../catalog/archives/changes';
import {
  deleteArchive,
  finishFirstImport,
  liftQuarantine,
  quarantineArchive,
  recoverArchive,
  renameArchive,
} from '../../../catalog/archives/life';
import { abandonFirstImport, purgeArchive } from '../../../catalog/archives/purge';
import { releaseSlot, reserveSlot } from '../../../catalog/slots/slot-map';
import type { Random } from '../../support/random';
import {
  CONTROLLER,
  isGoverned,
  type ModelArchive,
  OK,
  type ReferenceModel,
  servesRows,
} from './reference-model';
import { System } from './system';

/** One operation: what the system does, what the model says of it, and what it does to the model when it is allowed. */
export interface Operation {
  readonly method: MethodName;
  /** Absent for what is about no single archive. */
  readonly reference?: string;
  act(archive: Archive): void;
  /** Asked once the caller is admitted. */
  expected(archive: ModelArchive): string;
  apply(archive: ModelArchive): void;
}

export interface Scene {
  readonly random: Random;
  readonly system: System;
  readonly model: ReferenceModel;
  readonly who: string;
  readonly now: bigint;
  readonly reference: string;
}

export const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
export const TENANTS = ['alice', 'bob', 'carol'];
const WINDOW_SECONDS = 3_600;
const WINDOW = BigInt(WINDOW_SECONDS) * 1_000_000_000n;

const nothing = () => undefined;

/** Every operation that the model knows, by how often it is tried. */
export const OPERATIONS: readonly [number, (scene: Scene) => Operation][] = [
  [12, (scene) => rows(scene, 'query')],
  [8, (scene) => rows(scene, 'execute')],
  [12, create],
  [5, rename],
  [4, setNewOwner],
  [6, setNewAccess],
  [5, protect],
  [4, remove],
  [6, recover],
  [20, purge],
  [4, block],
  [4, unblock],
  [3, quarantine],
  [4, lift],
  [4, finishImport],
  [2, abandonImport],
  [3, reserve],
  [3, release],
  [2, appoint],
];

function rows({ system, model, reference }: Scene, method: 'query' | 'execute'): Operation {
  return {
    method,
    reference,
    expected: (archive) => servesRows(archive, method === 'execute'),
    act: ({ slot }) => {
      const seen = system.generationIn(slot);
      const meant = model.resolve(reference)?.generation;
      if (seen !== meant) {
        throw new Error(`'${reference}' means generation ${meant} and reaches the rows of ${seen}`);
      }
    },
    apply: nothing,
  };
}

function create({ random, system, model, now }: Scene): Operation {
  const id = random.pick(IDS);
  const owner = random.pick(TENANTS);
  const importing = random.chance(0.2);
  const slot = random.chance(0.2) ? System.plan.first - 1 + random.below(8) : undefined;
  const free = model.freeSlots();
  const place = slot ?? (free.includes(System.plan.anchor) ? System.plan.anchor : free[0]);
  const settings = { recoveryWindowSeconds: WINDOW_SECONDS };
  return {
    method: 'create_archive',
    expected: () => {
      if (model.live(id) !== undefined) {
        return 'ARCHIVE_EXISTS';
      }
      if (slot !== undefined) {
        if (slot < System.plan.first || slot > System.plan.last) {
          return 'SLOT_OUT_OF_RANGE';
        }
        return model.isUnused(slot) ? OK : 'SLOT_TAKEN';
      }
      return place === undefined ? 'CATALOG_FULL' : OK;
    },
    act: () => {
      const archive = system.catalog.propose(id, owner, now, { slot, importing, settings });
      if (archive.slot !== place) {
        throw new Error(`slot ${archive.slot} was allocated instead of ${place}`);
      }
      system.format(archive.slot, archive.generation);
      system.catalog.add(archive);
    },
    apply: () => {
      const generation = model.nextGeneration++;
      model.reserved.delete(place ?? 0);
      model.archives.push({
        id,
        generation,
        slot: place ?? 0,
        owner,
        writers: [],
        readers: [],
        publicRead: false,
        life: importing ? 'importing' : 'active',
        damaged: false,
        protected: false,
        recoverableUntil: 0n,
        blocks: {},
      });
    },
  };
}

function rename({ random, system, model, reference }: Scene): Operation {
  const id = random.pick(IDS);
  return {
    method: 'rename_archive',
    reference,
    expected: (archive) =>
      firstRefusal(isGoverned(archive), model.live(id) === undefined ? OK : 'ARCHIVE_EXISTS'),
    act: (archive) => renameArchive(system.catalog, archive, id),
    apply: (archive) => {
      archive.id = id;
    },
  };
}

function setNewOwner({ random, system, reference }: Scene): Operation {
  const owner = random.pick(TENANTS);
  return {
    method: 'set_archive_owner',
    reference,
    expected: isGoverned,
    act: (archive) => setOwner(system.catalog, archive, owner),
    apply: (archive) => {
      archive.owner = owner;
    },
  };
}

function setNewAccess({ random, system, reference }: Scene): Operation {
  const access = {
    writers: random.some(TENANTS),
    readers: random.some([...TENANTS, 'oscar']),
    publicRead: random.chance(0.3),
  };
  return {
    method: 'set_archive_access',
    reference,
    expected: isGoverned,
    act: (archive) => setAccess(system.catalog, archive, access),
    apply: (archive) => Object.assign(archive, access),
  };
}

function protect({ random, system, reference }: Scene): Operation {
  const deleteProtection = random.chance(0.3);
  return {
    method: 'configure_archive',
    reference,
    expected: isGoverned,
    act: (archive) => changeSettings(system.catalog, archive, { deleteProtection }),
    apply: (archive) => {
      archive.protected = deleteProtection;
    },
  };
}

function remove({ system, now, reference }: Scene): Operation {
  return {
    method: 'delete_archive',
    reference,
    expected: (archive) =>
      firstRefusal(
        isGoverned(archive),
        archive.life === 'importing' ? 'ARCHIVE_IMPORTING' : OK,
        archive.protected ? 'ARCHIVE_PROTECTED' : OK,
      ),
    act: (archive) => deleteArchive(system.catalog, archive, now),
    apply: (archive) => {
      archive.damaged = archive.life === 'damaged';
      archive.life = 'deleted';
      archive.recoverableUntil = now + WINDOW;
    },
  };
}

function recover({ random, system, model, now, reference }: Scene): Operation {
  const id = random.pick(IDS);
  return {
    method: 'recover_archive',
    reference,
    expected: (archive) =>
      firstRefusal(
        archive.life === 'purging' ? 'ARCHIVE_PURGING' : OK,
        archive.life === 'deleted' ? OK : 'ARCHIVE_NOT_DELETED',
        now >= archive.recoverableUntil ? 'RECOVERY_EXPIRED' : OK,
        model.live(id) === undefined ? OK : 'ARCHIVE_EXISTS',
      ),
    act: (archive) => recoverArchive(system.catalog, archive, id, now),
    apply: (archive) => {
      archive.id = id;
      archive.life = archive.damaged ? 'damaged' : 'active';
    },
  };
}

function purge({ system, model, now, reference }: Scene): Operation {
  return {
    method: 'purge_archive',
    reference,
    expected: ({ life }) => (life === 'deleted' || life === 'purging' ? OK : 'ARCHIVE_NOT_DELETED'),
    act: (archive) => purgeArchive(system.catalog, archive, system, now),
    apply: (archive) => {
      archive.life = 'purging';
      if (system.generationIn(archive.slot) === undefined) {
        model.remove(archive);
      }
    },
  };
}

function block({ random, system, who, reference }: Scene): Operation {
  const use = random.pick(['reads', 'writes'] as const);
  const byController = who === CONTROLLER;
  return {
    method: 'block_archive',
    reference,
    expected: (archive) => firstRefusal(isGoverned(archive), mayChangeBlock(archive, use, byController)),
    act: (archive) => blockUse(system.catalog, archive, use, { reason: 'because', byController }),
    apply: (archive) => {
      archive.blocks[use] = byController ? 'controller' : 'owner';
    },
  };
}

function unblock({ random, system, who, reference }: Scene): Operation {
  const use = random.pick(['reads', 'writes'] as const);
  const byController = who === CONTROLLER;
  return {
    method: 'unblock_archive',
    reference,
    expected: (archive) => firstRefusal(isGoverned(archive), mayChangeBlock(archive, use, byController)),
    act: (archive) => unblockUse(system.catalog, archive, use, byController),
    apply: (archive) => {
      delete archive.blocks[use];
    },
  };
}

function quarantine({ system, reference }: Scene): Operation {
  return {
    method: 'quarantine_archive',
    reference,
    expected: isGoverned,
    act: (archive) => quarantineArchive(system.catalog, archive, 'doubt'),
    apply: (archive) => {
      archive.life = 'damaged';
    },
  };
}

function lift({ system, reference }: Scene): Operation {
  return {
    method: 'lift_quarantine',
    reference,
    expected: (archive) =>
      firstRefusal(isGoverned(archive), archive.life === 'damaged' ? OK : 'ARCHIVE_STATE'),
    act: (archive) => liftQuarantine(system.catalog, archive),
    apply: (archive) => {
      archive.life = 'active';
    },
  };
}

function finishImport({ system, reference }: Scene): Operation {
  return {
    method: 'db_finish_import',
    reference,
    expected: (archive) =>
      firstRefusal(
        isGoverned(archive),
        archive.blocks.writes === undefined ? OK : 'WRITES_BLOCKED',
        archive.life === 'importing' ? OK : 'ARCHIVE_STATE',
      ),
    act: (archive) => finishFirstImport(system.catalog, archive),
    apply: (archive) => {
      archive.life = 'active';
    },
  };
}

function abandonImport({ system, now, reference }: Scene): Operation {
  return {
    method: 'db_cancel_import',
    reference,
    expected: (archive) =>
      firstRefusal(isGoverned(archive), archive.life === 'importing' ? OK : 'ARCHIVE_STATE'),
    act: (archive) => abandonFirstImport(system.catalog, archive, now),
    apply: (archive) => {
      archive.life = 'purging';
    },
  };
}

function reserve({ random, system, model }: Scene): Operation {
  const slot = System.plan.first + random.below(7);
  return {
    method: 'reserve_slot',
    expected: () => (model.isUnused(slot) ? OK : 'SLOT_TAKEN'),
    act: () => reserveSlot(system.catalog, slot, 'kept'),
    apply: () => model.reserved.add(slot),
  };
}

function release({ random, system, model }: Scene): Operation {
  const slot = System.plan.first + random.below(7);
  return {
    method: 'release_slot',
    expected: () => (model.reserved.has(slot) ? OK : 'SLOT_NOT_RESERVED'),
    act: () => releaseSlot(system.catalog, slot),
    apply: () => model.reserved.delete(slot),
  };
}

function appoint({ random, system, model }: Scene): Operation {
  const operators = random.some(['oscar', ...TENANTS]);
  return {
    method: 'set_operators',
    expected: () => OK,
    act: () => system.catalog.changeHeader({ operators }),
    apply: () => {
      model.operators = operators;
    },
  };
}

function mayChangeBlock({ blocks }: ModelArchive, use: 'reads' | 'writes', byController: boolean): string {
  return blocks[use] === 'controller' && !byController ? 'BLOCKED_BY_CONTROLLER' : OK;
}

function firstRefusal(...outcomes: string[]): string {
  return outcomes.find((outcome) => outcome !== OK) ?? OK;
}
