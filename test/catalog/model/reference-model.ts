/**
 * The catalog as plain as it can be: a list of archives, and the documentation's table of methods and roles. It shares
 * no code with the catalog and predicts for every operation whether it is allowed, or with which code it is refused.
 */

export type Life = 'active' | 'importing' | 'damaged' | 'deleted' | 'purging';

export interface ModelArchive {
  id: string;
  readonly generation: number;
  readonly slot: number;
  owner: string;
  writers: string[];
  readers: string[];
  publicRead: boolean;
  life: Life;
  /** How often its rows were written. */
  writes: number;
  /** Was quarantined when it was deleted. */
  damaged: boolean;
  protected: boolean;
  recoverableUntil: bigint;
  blocks: { reads?: 'owner' | 'controller'; writes?: 'owner' | 'controller' };
}

export const ANYBODY = '2vxsx-fae';
export const CONTROLLER = 'root';
export const OK = 'allowed';

export class ReferenceModel {
  archives: ModelArchive[] = [];
  reserved = new Set<number>();
  operators: string[] = [];
  nextGeneration = 1;

  constructor(
    readonly table: Map<string, Set<string>>,
    readonly firstSlot: number,
    readonly lastSlot: number,
  ) {}

  live(id: string): ModelArchive | undefined {
    return this.archives.find(
      (archive) => archive.id === id && archive.life !== 'deleted' && archive.life !== 'purging',
    );
  }

  resolve(reference: string): ModelArchive | undefined {
    const [id = '', generation] = reference.split('@');
    return generation === undefined
      ? this.live(id)
      : this.archives.find((archive) => archive.id === id && archive.generation === Number(generation));
  }

  holds(method: string, who: string, archive: ModelArchive | undefined): boolean {
    const roles = this.table.get(method) ?? new Set();
    if (who === ANYBODY) {
      return roles.has('public') && archive?.publicRead === true;
    }
    return (
      roles.has('signed') ||
      (roles.has('controller') && who === CONTROLLER) ||
      (roles.has('operator') && this.operators.includes(who)) ||
      (archive !== undefined &&
        ((roles.has('owner') && archive.owner === who) ||
          (roles.has('writer') && archive.writers.includes(who)) ||
          (roles.has('reader') && archive.readers.includes(who)) ||
          (roles.has('public') && archive.publicRead)))
    );
  }

  /** What authorisation answers before the archive's state is looked at. */
  admission(method: string, who: string, reference: string): string {
    const archive = this.resolve(reference);
    if (archive !== undefined) {
      return this.holds(method, who, archive) ? OK : 'NOT_AUTHORISED';
    }
    const [id = '', generation] = reference.split('@');
    if (!this.holds(method, who, this.live(id))) {
      return 'NOT_AUTHORISED';
    }
    return generation === undefined || Number(generation) >= this.nextGeneration
      ? 'ARCHIVE_NOT_FOUND'
      : 'REFERENCE_STALE';
  }

  /** The ids of the archives that a list shows, in the order of their creation. */
  visibleTo(who: string): string[] {
    const seesAll = who === CONTROLLER || this.operators.includes(who);
    return this.archives
      .filter((archive) => isGoverned(archive) === OK)
      .filter(({ owner, writers, readers }) => seesAll || [owner, ...writers, ...readers].includes(who))
      .map(({ id }) => id);
  }

  freeSlots(): number[] {
    const slots = Array.from(
      { length: this.lastSlot - this.firstSlot + 1 },
      (_, index) => this.firstSlot + index,
    );
    return slots.filter((slot) => !this.reserved.has(slot) && this.isUnused(slot));
  }

  isUnused(slot: number): boolean {
    return this.archives.every((archive) => archive.slot !== slot);
  }

  /** Purges what the system purged by itself. Nobody may have been able to recover it any more. */
  purgeAllBut(generations: readonly number[], now: bigint): void {
    for (const archive of this.archives.filter(({ generation }) => !generations.includes(generation))) {
      const isLost =
        archive.life === 'purging' || (archive.life === 'deleted' && now >= archive.recoverableUntil);
      if (!isLost) {
        throw new Error(`${archive.life} '${archive.id}@${archive.generation}' has gone by itself`);
      }
      this.remove(archive);
    }
  }

  remove(archive: ModelArchive): void {
    this.archives = this.archives.filter((other) => other !== archive);
  }
}

const NOT_SERVING: Record<Life, string> = {
  active: OK,
  importing: 'ARCHIVE_IMPORTING',
  damaged: 'ARCHIVE_DAMAGED',
  deleted: 'ARCHIVE_DELETED',
  purging: 'ARCHIVE_PURGING',
};

/** Whether rows can be read, or written. */
export function servesRows(archive: ModelArchive, writing: boolean): string {
  if (archive.life !== 'active') {
    return NOT_SERVING[archive.life];
  }
  if (archive.blocks.reads !== undefined) {
    return 'READS_BLOCKED';
  }
  return writing && archive.blocks.writes !== undefined ? 'WRITES_BLOCKED' : OK;
}

/** Whether the archive has an id, and so can be governed. */
export function isGoverned({ life }: ModelArchive): string {
  return life === 'deleted' || life === 'purging' ? NOT_SERVING[life] : OK;
}

/** Whether the archive has an image, so that it can be deleted, or quarantined. */
export function isStored(archive: ModelArchive): string {
  return archive.life === 'importing' ? NOT_SERVING.importing : isGoverned(archive);
}
