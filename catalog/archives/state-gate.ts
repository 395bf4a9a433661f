import type { Requirement } from '../../src/candid';
import { CatalogError } from '../error';
import { type Archive, type ArchiveLife, type Block, holdsItsId } from './archive';
import { referenceTo } from './reference';

type LifeState = ArchiveLife['state'];

/** What an archive must be like. */
export interface Demand {
  readonly states: readonly LifeState[];
  /** Whether a block on reads stands against it: anybody's, or only a controller's. */
  readonly reads: boolean | 'by-controller';
  /** Whether a block on writes does. */
  readonly writes: boolean;
}

const WITH_ID: readonly LifeState[] = ['active', 'importing', 'migrating', 'damaged'];
const WITH_IMAGE: readonly LifeState[] = ['active', 'damaged'];
const EVERY_STATE: readonly LifeState[] = [...WITH_ID, 'deleted', 'purging'];

/** What each requirement is in states and blocks. */
const DEMANDS: Readonly<Record<Requirement, Demand>> = {
  readable: { states: ['active'], reads: true, writes: false },
  writable: { states: ['active'], reads: true, writes: true },
  migratable: { states: ['active', 'migrating'], reads: true, writes: true },
  replaceable: { states: ['active', 'importing', 'damaged'], reads: false, writes: true },
  stored: { states: WITH_IMAGE, reads: false, writes: false },
  exportable: { states: WITH_IMAGE, reads: 'by-controller', writes: false },
  named: { states: WITH_ID, reads: false, writes: false },
  deleted: { states: ['deleted'], reads: false, writes: false },
  any: { states: EVERY_STATE, reads: false, writes: false },
};

export function demandOf(requirement: Requirement): Demand {
  return DEMANDS[requirement];
}

/** @throws {CatalogError} ARCHIVE_*, READS_BLOCKED, WRITES_BLOCKED */
export function assertRequirement(archive: Archive, requirement: Requirement): void {
  const demand = demandOf(requirement);
  if (!demand.states.includes(archive.life.state)) {
    throw requirement === 'deleted' && holdsItsId(archive.life.state)
      ? notDeleted(archive)
      : refusal(archive);
  }
  const { blockedReads } = archive;
  if (blockedReads !== undefined && (demand.reads === true || (demand.reads && blockedReads.byController))) {
    throw blocked(archive, 'READS_BLOCKED', blockedReads);
  }
  if (demand.writes && archive.blockedWrites !== undefined) {
    throw blocked(archive, 'WRITES_BLOCKED', archive.blockedWrites);
  }
}

function blocked({ id }: Archive, code: 'READS_BLOCKED' | 'WRITES_BLOCKED', block: Block): CatalogError {
  const use = code === 'READS_BLOCKED' ? 'reading' : 'writing';
  const by = block.byController ? 'a controller' : 'its owner';
  return new CatalogError(code, `${use} in the archive '${id}' is blocked by ${by}: ${block.reason}`);
}

function notDeleted({ id }: Archive): CatalogError {
  return new CatalogError('ARCHIVE_NOT_DELETED', `the archive '${id}' is not deleted: delete it first`);
}

/** Why the archive's state stands against a method. */
function refusal(archive: Archive): CatalogError {
  const { id, life } = archive;
  switch (life.state) {
    case 'active':
      return notDeleted(archive);
    case 'importing':
      return new CatalogError(
        'ARCHIVE_IMPORTING',
        `the first image of the archive '${id}' is still being imported: finish or cancel the import`,
      );
    case 'deleted':
      return new CatalogError(
        'ARCHIVE_DELETED',
        `the archive '${id}' was deleted: recover '${referenceTo(archive)}' first`,
      );
    case 'purging':
      return new CatalogError(
        'ARCHIVE_PURGING',
        `the archive '${referenceTo(archive)}' is being purged and cannot come back: restore a backup into a new archive`,
      );
    case 'migrating':
      return new CatalogError(
        'ARCHIVE_MIGRATING',
        `migration ${life.version} of the archive '${id}' is under way: let it go on until it is done, or cancel it`,
      );
    case 'damaged':
      return new CatalogError(
        'ARCHIVE_DAMAGED',
        `the archive '${id}' is quarantined: ${life.reason}; ask an operator to check it, or import a backup`,
      );
  }
}
