import type { Principal } from '@dfinity/principal';
import type { CandidArchive, CandidMemoryReport, TabulariumService } from '../candid';
import { ArchiveClient } from './archive-client';
import { unwrap } from './error';

/** A Tabularium canister, through an actor that any agent made from {@link TabulariumService}'s `idlFactory`. */
export class TabulariumClient {
  readonly #service: TabulariumService;

  constructor(service: TabulariumService) {
    this.#service = service;
  }

  /** The archive with this id; nothing is called yet. */
  archive(id: string): ArchiveClient {
    return new ArchiveClient(this.#service, id);
  }

  /** Controllers only. The owner is the caller unless named. */
  async createArchive(id: string, owner?: Principal): Promise<CandidArchive> {
    return unwrap(await this.#service.create_archive({ id, owner: owner === undefined ? [] : [owner] }));
  }

  /** The archives that the caller may use. */
  async listArchives(): Promise<CandidArchive[]> {
    return unwrap(await this.#service.list_archives());
  }

  /** Controllers only. */
  async reportMemory(): Promise<CandidMemoryReport> {
    return unwrap(await this.#service.report_memory());
  }
}
