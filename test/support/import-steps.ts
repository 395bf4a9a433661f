import type {
  CandidFinishImport,
  CandidImportStatus,
  CandidReplacement,
  CandidResult,
  TabulariumService,
} from '../../src/candid';

/** An import, for tests that take its steps one by one. */
export class ImportSteps {
  readonly #service: TabulariumService;
  readonly #archive: string;
  /** That of the import that was begun last; 0, which is none's, before. */
  session = 0n;

  constructor(service: TabulariumService, archive: string) {
    this.#service = service;
    this.#archive = archive;
  }

  async begin(size: number, sha256?: Uint8Array): Promise<CandidResult<CandidImportStatus>> {
    const reply = await this.#service.db_begin_import({
      archive: this.#archive,
      total_size: BigInt(size),
      sha256: sha256 === undefined ? [] : [sha256],
      idle_seconds: [],
    });
    if ('ok' in reply) this.session = reply.ok.session;
    return reply;
  }

  chunk(offset: number, bytes: Uint8Array, checksum?: string): Promise<CandidResult<null>> {
    const check: [] | [string] = checksum === undefined ? [] : [checksum];
    return this.#service.db_import_chunk(this.#archive, this.session, BigInt(offset), bytes, check);
  }

  verify(budget?: bigint): Promise<CandidResult<CandidImportStatus>> {
    return this.#service.db_verify_import(this.#archive, this.session, budget === undefined ? [] : [budget]);
  }

  finish(replaced?: CandidFinishImport['replaced'][0]): Promise<CandidResult<CandidReplacement>> {
    return this.#service.db_finish_import({
      archive: this.#archive,
      session: this.session,
      replaced: replaced === undefined ? [] : [replaced],
    });
  }

  cancel(): Promise<CandidResult<null>> {
    return this.#service.db_cancel_import(this.#archive, this.session);
  }

  /** All steps until one refuses. */
  async whole(image: Uint8Array): Promise<CandidResult<unknown>> {
    const steps = [
      () => this.begin(image.length),
      () => this.chunk(0, image),
      () => this.verify(),
      () => this.finish(),
    ];
    let reply: CandidResult<unknown> = { ok: null };
    for (const step of steps) {
      reply = await step();
      if ('err' in reply) break;
    }
    return reply;
  }
}
