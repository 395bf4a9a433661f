import type { ArchiveLimits, ArchiveSettings } from './settings';

/** What has become of an archive. Times are nanoseconds since 1970, IC time. */
export type ArchiveLife =
  | { readonly state: 'active' }
  /** The first image is being staged: there is nothing to read yet. */
  | { readonly state: 'importing' }
  | {
      readonly state: 'deleted';
      readonly deletedAt: bigint;
      readonly recoverableUntil: bigint;
      /** Why it was quarantined when it was deleted; it still is when it comes back. */
      readonly damage: string | undefined;
    }
  /** Its storage is being given back, over as many messages as that takes. */
  | { readonly state: 'purging'; readonly deletedAt: bigint }
  /** Part of a migration is in it, which goes on in later messages: nobody reads or writes meanwhile. */
  | { readonly state: 'migrating'; readonly version: number }
  /** Quarantined: the archive keeps its slot, and the others serve on. */
  | { readonly state: 'damaged'; readonly reason: string };

/** What an archive reports: its life, where a block on writes shows as `read-only`. */
export type ArchiveState = ArchiveLife['state'] | 'read-only';

/** What a slot reports: its archive's state, or that it has none. */
export type SlotState = ArchiveState | 'free' | 'reserved';

/** Who may use an archive besides its owner; textual principals. */
export interface ArchiveAccess {
  readonly writers: readonly string[];
  readonly readers: readonly string[];
  /** Everybody may read, the anonymous included. */
  readonly publicRead: boolean;
}

/** Why reads or writes are refused. One that a controller set can be lifted by controllers only. */
export interface Block {
  readonly reason: string;
  readonly byController: boolean;
}

/** Free texts by which archives are listed and fleet operations choose. */
export type Labels = Readonly<Record<string, string>>;

/** One archive: a tenant's database, and the slot that it keeps for life. */
export interface Archive {
  readonly id: string;
  /** The slot's MemoryId. It never changes, and never serves another archive under the same generation. */
  readonly slot: number;
  /** Counts every archive the canister ever created; a reference with an old one is stale. */
  readonly generation: number;
  /** Textual principal of the archive's owner. */
  readonly owner: string;
  readonly createdAt: bigint;
  /** Bytes of SQLite's pages, chosen at creation. */
  readonly pageSize: number;
  readonly life: ArchiveLife;
  readonly access: ArchiveAccess;
  readonly blockedReads: Block | undefined;
  readonly blockedWrites: Block | undefined;
  readonly labels: Labels;
  readonly settings: ArchiveSettings;
  readonly limits: ArchiveLimits;
}

export function stateOf(archive: Archive): ArchiveState {
  const { state } = archive.life;
  return state === 'active' && archive.blockedWrites !== undefined ? 'read-only' : state;
}

/** True while the archive's id names it: a deleted archive has given its id back. */
export function holdsItsId(state: ArchiveLife['state']): boolean {
  return state !== 'deleted' && state !== 'purging';
}
