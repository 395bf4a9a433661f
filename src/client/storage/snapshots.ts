import {
  type CandidDamagedImage,
  type CandidReplacement,
  type CandidSnapshot,
  optional,
  type TabulariumService,
} from '../../candid';
import { TabulariumError, unwrap } from '../error';
import { UPKEEP_PAGES, untilDone } from './steps';

/** Segments of 1 MiB that a call measures. */
const MEASURED_SEGMENTS = 4_096;

/** An archive's snapshot, with the bytes that deleting it would free; undefined for one whose page map is damaged. */
export type Snapshot = Omit<CandidSnapshot, 'held_bytes'> & { readonly held_bytes: bigint | undefined };

/** The snapshots of an archive. */
export class ArchiveSnapshots {
  readonly #service: TabulariumService;
  readonly #archive: string;

  constructor(service: TabulariumService, archive: string) {
    this.#service = service;
    this.#archive = archive;
  }

  /** Keeps the archive as it is now under a name of 1 to 48 bytes. */
  async create(name: string): Promise<CandidSnapshot> {
    return unwrap(await this.#service.db_create_snapshot(this.#archive, name));
  }

  /** The oldest first. */
  async list(): Promise<Snapshot[]> {
    const listed = unwrap(await this.#service.db_list_snapshots(this.#archive));
    return Promise.all(
      listed.map(async (snapshot) => ({
        ...snapshot,
        held_bytes: snapshot.held_bytes[0] ?? (await this.#measure(snapshot.name)),
      })),
    );
  }

  /** Makes the snapshot's image the archive's. What it replaces is kept as a snapshot: restoring that one undoes it. */
  async restore(name: string, keepAs?: string): Promise<CandidReplacement> {
    return unwrap(
      await this.#service.db_restore_snapshot({
        archive: this.#archive,
        snapshot: name,
        keep_as: optional(keepAs),
      }),
    );
  }

  /** Deletes the snapshot and has all of its pages given back. */
  async delete(name: string): Promise<void> {
    const { done } = unwrap(await this.#service.db_delete_snapshot(this.#archive, name));
    if (!done) await this.reclaim();
  }

  /** Has the pages given back that deleted snapshots and ended exports and imports held. */
  async reclaim(): Promise<void> {
    await untilDone(async () => unwrap(await this.#service.db_reclaim(this.#archive, UPKEEP_PAGES)));
  }

  /** Deleted snapshots and ended exports that are damaged, so that their pages do not come back. */
  async damaged(): Promise<CandidDamagedImage[]> {
    return unwrap(await this.#service.db_damaged_images(this.#archive));
  }

  async #measure(name: string): Promise<bigint | undefined> {
    try {
      return await this.#measureAll(name);
    } catch (error) {
      if (error instanceof TabulariumError && error.code === 'SLOT_DAMAGED') return undefined;
      throw error;
    }
  }

  async #measureAll(name: string): Promise<bigint> {
    let bytes = 0n;
    let from: number | undefined = 0;
    while (from !== undefined) {
      const reply = await this.#service.db_measure_snapshot(this.#archive, name, from, MEASURED_SEGMENTS);
      const part: { bytes: bigint; next: [] | [number] } = unwrap(reply);
      bytes += part.bytes;
      from = part.next[0];
    }
    return bytes;
  }
}
