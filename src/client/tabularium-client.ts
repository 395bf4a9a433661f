import type {
  CandidArchive,
  CandidPrincipal,
  CandidSlotContent,
  CandidVerification,
  TabulariumService,
} from '../candid';
import { ArchiveAdmin } from './archive-admin';
import { ArchiveClient } from './archive-client';
import { CanisterSettingsClient } from './canister-settings';
import { type CreationChoices, createArchiveRequest } from './creation';
import { refusingDropped } from './dropped-calls';
import { unwrap } from './error';
import { FleetClient } from './fleet';
import { type ArchiveFilter, listRequest } from './listing';
import { MigrationsClient } from './migrations';
import { ObservationClient } from './observation';
import { SlotsClient } from './slots';
import { type AdoptOptions, adoptSlot, verifySlot } from './storage/adoption';
import type { Progress } from './storage/transfer';

/** A Tabularium canister, through an actor that any agent made from {@link TabulariumService}'s `idlFactory`. */
export class TabulariumClient {
  readonly #service: TabulariumService;

  constructor(service: TabulariumService) {
    this.#service = refusingDropped(service);
  }

  /** The archive with this id; nothing is called yet. */
  archive(id: string): ArchiveClient {
    return new ArchiveClient(this.#service, id);
  }

  /** The governance of one archive: by its owner and by controllers. */
  administer(reference: string): ArchiveAdmin {
    return new ArchiveAdmin(this.#service, reference);
  }

  /** The schemas of archives and their versions. */
  get migrations(): MigrationsClient {
    return new MigrationsClient(this.#service);
  }

  /** Who has which slot, and what is kept free. */
  get slots(): SlotsClient {
    return new SlotsClient(this.#service);
  }

  /** Operations on many archives. */
  get fleet(): FleetClient {
    return new FleetClient(this.#service);
  }

  /** The doctor, the audit log, memory, metrics and jobs. */
  get observation(): ObservationClient {
    return new ObservationClient(this.#service);
  }

  /** The settings and the operators of the canister. */
  get settings(): CanisterSettingsClient {
    return new CanisterSettingsClient(this.#service);
  }

  /** Controllers only. The owner is the caller unless named. */
  async createArchive(
    id: string,
    owner?: CandidPrincipal,
    choices: CreationChoices = {},
  ): Promise<CandidArchive> {
    return unwrap(await this.#service.create_archive(createArchiveRequest(id, owner, choices)));
  }

  /** The archives that the caller may use and that fit the filter, in the order of their creation. */
  async listArchives(filter: ArchiveFilter = {}): Promise<CandidArchive[]> {
    const archives: CandidArchive[] = [];
    let cursor: string | undefined;
    do {
      const page = unwrap(await this.#service.list_archives([listRequest(filter, cursor)]));
      archives.push(...page.archives);
      [cursor] = page.next;
    } while (cursor !== undefined);
    return archives;
  }

  /** What a slot's memory holds, whoever wrote it. Operators and controllers only. */
  async inspectSlot(slot: number): Promise<CandidSlotContent> {
    return unwrap(await this.#service.inspect_slot(slot));
  }

  /** Reads what other software wrote into a slot, and compares it with its checksum. Operators and controllers only. */
  verifySlot(slot: number, progress: Progress = () => {}): Promise<CandidVerification> {
    return verifySlot(this.#service, slot, progress);
  }

  /** Makes an archive of what other software wrote into a slot. Controllers only. */
  async adoptSlot(slot: number, id: string, options: AdoptOptions = {}): Promise<ArchiveClient> {
    return this.archive(await adoptSlot(this.#service, slot, id, options));
  }
}
