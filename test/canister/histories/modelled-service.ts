import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { CandidResult, TabulariumService } from '../../../src/candid';
import { CanisterRejectError, type Faults } from '../../../src/replica';
import { checkManager, readManager, readVirtualMemory } from '../../native/storage/manager-image';
import {
  checkConservation,
  readImageAt,
  readImages,
  readStoredImage,
} from '../../native/storage/store-image';
import type { ImportSteps } from '../../support/import-steps';
import { KeptState } from '../../support/kept-state';
import { type InstalledTabularium, OPERATOR } from '../../support/tabularium';

/** Where an adoption builds its copy. */
export const WORKSPACE = 117;
const FIRST_SLOT = 120;
const SET_ASIDE = 4;
/** Refusals that any message may meet: nothing that the model knows of has changed then. */
const REFUSALS = ['ADOPTION_BUSY', 'IMAGES_FULL', 'IMPORT_BUSY', 'SQLITE_FULL', 'STABLE_MEMORY_FULL'];

/** What an archive's table holds: values by key. */
export type Rows = ReadonlyMap<number, string>;

export interface Image {
  readonly rows: Rows;
  readonly bytes: Uint8Array;
}

export interface ModelledArchive {
  /** `id@generation` */
  readonly reference: string;
  readonly slot: number;
  state: 'active' | 'deleted' | 'copied';
  live: Image;
  readonly snapshots: Map<string, Image>;
  export?: { readonly token: bigint; readonly image: Image } | undefined;
  import?:
    | { readonly steps: ImportSteps; readonly image: Image; sent: number; verified: boolean }
    | undefined;
  /** The slot that it is copied from, its own in an adoption. */
  readonly source?: number;
}

/** What befalls a message. */
export type Fault = Omit<Faults, 'kind'> | undefined;

/** The canister, and beside it what each archive must hold, whatever was done and wherever it trapped. */
export class ModelledService {
  readonly archives = new Map<string, ModelledArchive>();
  /** Steps that came to their end at least once, and how often a message trapped or was refused. */
  readonly completed = new Set<string>();
  traps = 0;
  refusals = 0;
  #names = 0;

  constructor(
    readonly canister: InstalledTabularium,
    /** What lies in a slot and can be adopted, as long as it does. */
    public foreign: { readonly slot: number; readonly image: Image } | undefined,
  ) {}

  get service(): TabulariumService {
    return this.canister.actor(OPERATOR);
  }

  newName(what: string): string {
    return `${what} ${++this.#names}`;
  }

  /** An archive that serves. */
  active(id: string): ModelledArchive | undefined {
    const archive = this.archives.get(id);
    return archive?.state === 'active' ? archive : undefined;
  }

  /**
   * One message. The model follows when it was answered with `ok`; a trap leaves heap and stable memory as they were, and
   * a refusal what the model knows. No slot changes but those touched, and those of archives that the model has from then on.
   */
  async message<T>(
    fault: Fault,
    touched: readonly number[],
    call: () => Promise<CandidResult<T>>,
    follow: (ok: T) => void | Promise<void>,
  ): Promise<void> {
    const state = fault === undefined ? undefined : new KeptState(this.canister);
    const before = this.#storage();
    const slots = this.#slots();
    if (fault !== undefined) this.canister.inspect.inject({ kind: 'update', ...fault });
    const reply = await call().catch((error: unknown) => {
      expect(error).toBeInstanceOf(CanisterRejectError);
      expect(fault, String(error)).toBeDefined();
    });
    this.canister.inspect.clearFaults();
    if (reply === undefined) {
      this.traps++;
      expect(state?.difference(), 'a trap left something behind').toBeUndefined();
      return;
    }
    if ('ok' in reply) await follow(reply.ok);
    else {
      expect(REFUSALS, reply.err.message).toContain(reply.err.code);
      this.refusals++;
    }
    const mayChange = [...touched, ...this.#slots().filter((slot) => !slots.includes(slot))];
    expect(without(this.#storage(), mayChange)).toEqual(without(before, mayChange));
    await this.#check(mayChange);
  }

  /** The live image as an independent reader finds it, with what the model says of its rows. */
  imageOf({ slot }: ModelledArchive, rows: Rows): Image {
    return { rows, bytes: readStoredImage(readVirtualMemory(this.#stable(), slot)) };
  }

  async upgrade(): Promise<void> {
    await this.canister.upgrade();
    await this.canister.pic.tick(8);
    await this.#check(this.#slots());
  }

  /** Everything, with what the canister itself says of archives, buckets and damage. */
  async checkAll(): Promise<void> {
    await this.#check(this.#slots());
    const listed = await this.canister.client().listArchives();
    expect(new Map(listed.map(({ slot, state }) => [slot, Object.keys(state)[0]]))).toEqual(
      new Map(
        [...this.archives.values()]
          .filter(({ state }) => state !== 'deleted')
          .map(({ slot, state }) => [slot, state === 'active' ? 'Active' : 'Importing']),
      ),
    );
    const findings = await this.service.doctor();
    expect('ok' in findings && findings.ok.filter(({ severity }) => !('Notice' in severity))).toEqual([]);
  }

  /** Conservation of buckets; of these slots also conservation of pages, snapshots, exports and, where they serve, rows. */
  async #check(slots: readonly number[]): Promise<void> {
    const bytes = this.#stable();
    checkManager(bytes);
    for (const [id, archive] of this.archives) {
      const isForeign = archive.source === archive.slot && archive.state === 'copied';
      if (!slots.includes(archive.slot) || isForeign) continue;
      checkImages(readVirtualMemory(bytes, archive.slot), archive);
      if (archive.state === 'active') await this.#checkRows(id, archive);
    }
  }

  async #checkRows(id: string, archive: ModelledArchive): Promise<void> {
    const client = this.canister.client().archive(id);
    const rows = await client.query('SELECT id, v FROM t ORDER BY id');
    expect(rows.map((row) => [Number(row.id), row.v])).toEqual(
      [...archive.live.rows].sort(([a], [b]) => a - b),
    );
    expect(await client.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    if (archive.export === undefined) return;
    const { token, image } = archive.export;
    const chunk = await this.service.db_export_chunk(id, token, 0n, image.bytes.length + 1);
    expect('ok' in chunk && Buffer.compare(Uint8Array.from(chunk.ok), image.bytes)).toBe(0);
  }

  #slots(): number[] {
    return [...this.archives.values()].map(({ slot }) => slot);
  }

  #stable(): Uint8Array {
    return this.canister.inspect.readStable(0, this.canister.inspect.stableBytes);
  }

  /** SHA-256 of every slot, and of the room in which adoptions work. */
  #storage(): Map<number, string> {
    const bytes = this.#stable();
    const ids = Object.keys(readManager(bytes).sizes).map(Number);
    return new Map(
      ids
        .filter((id) => id === WORKSPACE || id >= FIRST_SLOT)
        .map((id) => [id, createHash('sha256').update(readVirtualMemory(bytes, id)).digest('hex')]),
    );
  }
}

/** Every page is owned once, nothing was found damaged, and each image that is to be there is, byte for byte. */
function checkImages(memory: Uint8Array, { state, live, snapshots }: ModelledArchive): void {
  checkConservation(memory);
  const images = readImages(memory);
  expect(images.filter((image) => image.state === SET_ASIDE)).toEqual([]);
  if (state !== 'copied') expect(Buffer.compare(readStoredImage(memory), live.bytes)).toBe(0);
  const kept = images.filter((image) => image.state === 1);
  expect(kept.map(({ name }) => name).sort()).toEqual([...snapshots.keys()].sort());
  for (const image of kept) {
    expect(Buffer.compare(readImageAt(memory, image), snapshots.get(image.name)!.bytes)).toBe(0);
  }
}

function without(hashes: ReadonlyMap<number, string>, ids: readonly number[]): Map<number, string> {
  return new Map([...hashes].filter(([id]) => !ids.includes(id)));
}
