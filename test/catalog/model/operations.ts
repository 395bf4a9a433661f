import type { Random } from '../../support/random';
import type { ModelledSystem } from './modelled-system';
import {
  CONTROLLER,
  isGoverned,
  isStored,
  type ModelArchive,
  OK,
  type ReferenceModel,
  servesRows,
} from './reference-model';
import { type Request, WINDOW_SECONDS } from './request';

/** One operation: what it asks, what the model says of it, and what it does to the model when it is allowed. */
export interface Operation {
  readonly request: Request;
  /** Absent for what is about no single archive. */
  readonly reference?: string;
  /** Asked once the caller is admitted. */
  expected(archive: ModelArchive): string;
  /** What must be answered when it is allowed; not compared when absent. */
  answer?(archive: ModelArchive): unknown;
  apply(archive: ModelArchive, answer: unknown): void;
}

export interface Scene {
  readonly random: Random;
  readonly system: ModelledSystem;
  readonly model: ReferenceModel;
  readonly who: string;
  readonly now: bigint;
  readonly reference: string;
}

export const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
export const TENANTS = ['alice', 'bob', 'carol'];
const WINDOW = BigInt(WINDOW_SECONDS) * 1_000_000_000n;

const nothing = () => undefined;

/** Every operation that the model knows, by how often it is tried. */
export const OPERATIONS: readonly [number, (scene: Scene) => Operation][] = [
  [12, (scene) => rows(scene, 'query')],
  [8, (scene) => rows(scene, 'execute')],
  [4, list],
  [4, describe],
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
  [2, cancelImport],
  [3, reserve],
  [3, release],
  [2, appoint],
];

/** The rows tell whose they are, and how often they were written. */
function rows({ reference }: Scene, method: 'query' | 'execute'): Operation {
  const writing = method === 'execute';
  return {
    request: { method },
    reference,
    expected: (archive) => servesRows(archive, writing),
    answer: ({ generation, writes }) => ({ generation, writes: writing ? writes + 1 : writes }),
    apply: (archive) => {
      archive.writes += writing ? 1 : 0;
    },
  };
}

function list({ model, who }: Scene): Operation {
  return {
    request: { method: 'list_archives' },
    expected: () => OK,
    answer: () => model.visibleTo(who),
    apply: nothing,
  };
}

/** Only those who may change it are told who else may use the archive. */
function describe({ model, who, reference }: Scene): Operation {
  return {
    request: { method: 'describe_archive' },
    reference,
    expected: () => OK,
    answer: (archive) => {
      const { writers, readers, publicRead } = archive;
      const seesAccess = model.holds('set_archive_access', who, archive);
      return { ...identity(archive), access: seesAccess ? { writers, readers, publicRead } : undefined };
    },
    apply: nothing,
  };
}

function create({ random, system, model }: Scene): Operation {
  const { first, last, anchor } = system.plan;
  const id = random.pick(IDS);
  const owner = random.pick(TENANTS);
  const importing = random.chance(0.2);
  const slot = random.chance(0.2) ? first - 1 + random.below(8) : undefined;
  const free = model.freeSlots();
  const place = slot ?? (free.includes(anchor) ? anchor : free[0]);
  return {
    request: { method: 'create_archive', id, owner, slot, importing },
    expected: () => {
      if (model.live(id) !== undefined) {
        return 'ARCHIVE_EXISTS';
      }
      if (slot !== undefined) {
        if (slot < first || slot > last) {
          return 'SLOT_OUT_OF_RANGE';
        }
        return model.isUnused(slot) ? OK : 'SLOT_TAKEN';
      }
      return place === undefined ? 'CATALOG_FULL' : OK;
    },
    answer: () => ({ id, generation: model.nextGeneration, slot: place }),
    apply: () => {
      model.reserved.delete(place ?? 0);
      model.archives.push({
        id,
        generation: model.nextGeneration++,
        slot: place ?? 0,
        owner,
        writers: [],
        readers: [],
        publicRead: false,
        life: importing ? 'importing' : 'active',
        writes: 0,
        damaged: false,
        protected: false,
        recoverableUntil: 0n,
        blocks: {},
      });
    },
  };
}

function rename({ random, model, reference }: Scene): Operation {
  const id = random.pick(IDS);
  return {
    request: { method: 'rename_archive', id },
    reference,
    expected: (archive) =>
      firstRefusal(isGoverned(archive), model.live(id) === undefined ? OK : 'ARCHIVE_EXISTS'),
    answer: ({ generation, slot }) => ({ id, generation, slot }),
    apply: (archive) => {
      archive.id = id;
    },
  };
}

function setNewOwner({ random, reference }: Scene): Operation {
  const owner = random.pick(TENANTS);
  return {
    request: { method: 'set_archive_owner', owner },
    reference,
    expected: isGoverned,
    answer: identity,
    apply: (archive) => {
      archive.owner = owner;
    },
  };
}

function setNewAccess({ random, reference }: Scene): Operation {
  const access = {
    writers: random.some(TENANTS),
    readers: random.some([...TENANTS, 'oscar']),
    publicRead: random.chance(0.3),
  };
  return {
    request: { method: 'set_archive_access', ...access },
    reference,
    expected: isGoverned,
    answer: identity,
    apply: (archive) => Object.assign(archive, access),
  };
}

function protect({ random, reference }: Scene): Operation {
  const deleteProtection = random.chance(0.3);
  return {
    request: { method: 'configure_archive', deleteProtection },
    reference,
    expected: isGoverned,
    answer: identity,
    apply: (archive) => {
      archive.protected = deleteProtection;
    },
  };
}

function remove({ now, reference }: Scene): Operation {
  return {
    request: { method: 'delete_archive' },
    reference,
    expected: (archive) => firstRefusal(isStored(archive), archive.protected ? 'ARCHIVE_PROTECTED' : OK),
    answer: identity,
    apply: (archive) => {
      archive.damaged = archive.life === 'damaged';
      archive.life = 'deleted';
      archive.recoverableUntil = now + WINDOW;
    },
  };
}

function recover({ random, model, now, reference }: Scene): Operation {
  const id = random.pick(IDS);
  return {
    request: { method: 'recover_archive', id },
    reference,
    expected: (archive) =>
      firstRefusal(
        archive.life === 'purging' ? 'ARCHIVE_PURGING' : OK,
        archive.life === 'deleted' ? OK : 'ARCHIVE_NOT_DELETED',
        now >= archive.recoverableUntil ? 'RECOVERY_EXPIRED' : OK,
        model.live(id) === undefined ? OK : 'ARCHIVE_EXISTS',
      ),
    answer: ({ generation, slot }) => ({ id, generation, slot }),
    apply: (archive) => {
      archive.id = id;
      archive.life = archive.damaged ? 'damaged' : 'active';
    },
  };
}

function purge({ model, reference }: Scene): Operation {
  return {
    request: { method: 'purge_archive' },
    reference,
    expected: ({ life }) => (life === 'deleted' || life === 'purging' ? OK : 'ARCHIVE_NOT_DELETED'),
    apply: (archive, isPurged) => {
      archive.life = 'purging';
      if (isPurged) {
        model.remove(archive);
      }
    },
  };
}

function block(scene: Scene): Operation {
  const { random, who, reference } = scene;
  const use = random.pick(['reads', 'writes'] as const);
  return {
    request: { method: 'block_archive', use },
    reference,
    expected: (archive) => mayChangeBlock(archive, use, who),
    answer: identity,
    apply: (archive) => {
      archive.blocks[use] = who === CONTROLLER ? 'controller' : 'owner';
    },
  };
}

function unblock({ random, who, reference }: Scene): Operation {
  const use = random.pick(['reads', 'writes'] as const);
  return {
    request: { method: 'unblock_archive', use },
    reference,
    expected: (archive) => mayChangeBlock(archive, use, who),
    answer: identity,
    apply: (archive) => {
      delete archive.blocks[use];
    },
  };
}

function quarantine({ reference }: Scene): Operation {
  return {
    request: { method: 'quarantine_archive' },
    reference,
    expected: isStored,
    answer: identity,
    apply: (archive) => {
      archive.life = 'damaged';
    },
  };
}

function lift({ reference }: Scene): Operation {
  return {
    request: { method: 'lift_quarantine' },
    reference,
    expected: (archive) =>
      firstRefusal(isGoverned(archive), archive.life === 'damaged' ? OK : 'ARCHIVE_STATE'),
    answer: identity,
    apply: (archive) => {
      archive.life = 'active';
    },
  };
}

function finishImport({ system, reference }: Scene): Operation {
  return {
    request: { method: 'db_finish_import' },
    reference,
    expected: (archive) =>
      firstRefusal(
        isGoverned(archive),
        archive.blocks.writes === undefined ? OK : 'WRITES_BLOCKED',
        archive.life === 'importing' ? OK : system.noImport,
      ),
    apply: (archive) => {
      archive.life = 'active';
    },
  };
}

function cancelImport({ system, reference }: Scene): Operation {
  return {
    request: { method: 'db_cancel_import' },
    reference,
    expected: (archive) =>
      firstRefusal(isGoverned(archive), archive.life === 'importing' ? OK : system.noImport),
    apply: (archive) => {
      archive.life = 'purging';
    },
  };
}

function reserve({ random, system, model }: Scene): Operation {
  const slot = system.plan.first + random.below(7);
  return {
    request: { method: 'reserve_slot', slot },
    expected: () => (model.isUnused(slot) ? OK : 'SLOT_TAKEN'),
    apply: () => model.reserved.add(slot),
  };
}

function release({ random, system, model }: Scene): Operation {
  const slot = system.plan.first + random.below(7);
  return {
    request: { method: 'release_slot', slot },
    expected: () => (model.reserved.has(slot) ? OK : 'SLOT_NOT_RESERVED'),
    apply: () => model.reserved.delete(slot),
  };
}

function appoint({ random, model }: Scene): Operation {
  const operators = random.some(['oscar', ...TENANTS]);
  return {
    request: { method: 'set_operators', operators },
    expected: () => OK,
    apply: () => {
      model.operators = operators;
    },
  };
}

/** What a change of anything else answers: it is the same archive, in the same slot. */
function identity({ id, generation, slot }: ModelArchive) {
  return { id, generation, slot };
}

function mayChangeBlock(archive: ModelArchive, use: 'reads' | 'writes', who: string): string {
  const isControllers = archive.blocks[use] === 'controller' && who !== CONTROLLER;
  return firstRefusal(isGoverned(archive), isControllers ? 'BLOCKED_BY_CONTROLLER' : OK);
}

function firstRefusal(...outcomes: string[]): string {
  return outcomes.find((outcome) => outcome !== OK) ?? OK;
}
