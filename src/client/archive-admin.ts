import type { CandidPrincipal } from '../candid';
import {
  type CandidArchive,
  type CandidArchiveAccess,
  type CandidArchiveDescription,
  type CandidArchiveMetrics,
  type CandidBlockedUse,
  optional,
  type TabulariumService,
} from '../candid';
import { refusal, unwrap } from './error';
import { type ClientLimits, toLimitsChange } from './limits';
import { type SettingsChange, toAccessChange, toSettingsChange } from './settings-change';

/** What is blocked: a block on reads stops statements that write as well. */
export type BlockedUse = 'reads' | 'writes';

/** A deleted archive, with the reference by which it is recovered or purged: its id may soon be another's. */
export interface DeletedArchive extends CandidArchive {
  /** `id@generation`. */
  readonly reference: string;
}

/** The governance of one archive. All methods throw `TabulariumError` when the canister refuses. */
export class ArchiveAdmin {
  readonly #service: TabulariumService;
  readonly reference: string;

  /** @param reference `id`, or `id@generation`, which will never mean another archive */
  constructor(service: TabulariumService, reference: string) {
    this.#service = service;
    this.reference = reference;
  }

  async describe(): Promise<CandidArchiveDescription> {
    return unwrap(await this.#service.describe_archive(this.reference));
  }

  /** What the archive has and does, counted since the last installation or upgrade. Also for operators. */
  async metrics(): Promise<CandidArchiveMetrics> {
    return unwrap(await this.#service.archive_metrics(this.reference));
  }

  async rename(id: string): Promise<CandidArchive> {
    return unwrap(await this.#service.rename_archive(this.reference, id));
  }

  /**
   * Frees the id. The data can be recovered until `recoverable_until`, by the reference in the answer, which
   * `listArchives({ state: { Deleted: null } })` tells as well.
   */
  async delete(): Promise<DeletedArchive> {
    const archive = unwrap(await this.#service.delete_archive(this.reference));
    return { ...archive, reference: `${archive.id}@${archive.generation}` };
  }

  async recover(id?: string): Promise<CandidArchive> {
    return unwrap(await this.#service.recover_archive(this.reference, optional(id)));
  }

  /** Gives a deleted archive's slot back, in as many calls as that takes. */
  async purge(): Promise<void> {
    while (!unwrap(await this.#service.purge_archive(this.reference)));
  }

  async setOwner(owner: CandidPrincipal): Promise<CandidArchive> {
    return unwrap(await this.#service.set_archive_owner(this.reference, owner));
  }

  /** Who may use the archive besides its owner. */
  async access(): Promise<CandidArchiveAccess> {
    const [access] = (await this.describe()).access;
    if (access === undefined) {
      throw refusal(
        'NOT_AUTHORISED',
        `who may use '${this.reference}' is told to its owner and controllers only`,
      );
    }
    return access;
  }

  /** Replaces writers, readers or public reading; what `change` leaves out stays. */
  async changeAccess(change: Partial<CandidArchiveAccess>): Promise<CandidArchive> {
    return unwrap(await this.#service.set_archive_access(this.reference, toAccessChange(change)));
  }

  async setLabels(labels: Readonly<Record<string, string>>): Promise<CandidArchive> {
    const list = Object.entries(labels).map(([key, value]) => ({ key, value }));
    return unwrap(await this.#service.set_archive_labels(this.reference, list));
  }

  /** What `change` leaves out stays. */
  async configure(change: SettingsChange): Promise<CandidArchive> {
    return unwrap(await this.#service.configure_archive(this.reference, toSettingsChange(change)));
  }

  /** What `change` leaves out stays. Controllers only. */
  async limit(change: ClientLimits): Promise<CandidArchive> {
    return unwrap(await this.#service.limit_archive(this.reference, toLimitsChange(change)));
  }

  async block(use: BlockedUse, reason: string): Promise<CandidArchive> {
    return unwrap(await this.#service.block_archive(this.reference, blockedUse(use), reason));
  }

  async unblock(use: BlockedUse): Promise<CandidArchive> {
    return unwrap(await this.#service.unblock_archive(this.reference, blockedUse(use)));
  }

  /** Takes the archive out of service while its storage is in doubt. Controllers only. */
  async quarantine(reason: string): Promise<CandidArchive> {
    return unwrap(await this.#service.quarantine_archive(this.reference, reason));
  }

  async liftQuarantine(): Promise<CandidArchive> {
    return unwrap(await this.#service.lift_quarantine(this.reference));
  }
}

function blockedUse(use: BlockedUse): CandidBlockedUse {
  if (use === 'reads') return { Reads: null };
  if (use === 'writes') return { Writes: null };
  throw new TypeError("Expected 'reads' or 'writes'");
}
