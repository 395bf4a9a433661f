import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { Database, installFacade } from '../../../src/database';
import type { NativeModule } from '../../../src/native/interface';
import { NativeTrap, type NodeHost } from '../../../src/native/node';
import { startHost } from '../../support/native-host';
import { installArgument } from '../../support/tabularium';
import { checkManager, readManager, readVirtualMemory } from '../storage/manager-image';
import { checkConservation, readImages } from '../storage/store-image';
import { FailingMemory, type Moment } from './failing-memory';

export const SLOTS = [120, 121, 122] as const;
const NO_LIMIT = 1e15;
const ALL = 1_000_000;
const PAGE = 65_536;
/** Rows of two kilobytes in an order that is not the one asked for. */
const SPILLING_SORT = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 7000)
  SELECT i * 7919 % 7001 AS k, zeroblob(2000) AS b FROM n ORDER BY k, b`;
const SORTED_ROW = 2_000;
/** MemoryId of scratch memory, of which nothing is left between messages. */
const SCRATCH = 114;
/** Codes of refusals that any step may meet and that change nothing. */
const REFUSALS = ['IMAGES_FULL', 'IMPORT_BUSY', 'STABLE_MEMORY_FULL', 'SQLITE_FULL'];

/** What an archive's table holds: values by key. */
type Rows = ReadonlyMap<number, string>;

interface Import {
  readonly session: number;
  readonly image: Uint8Array;
  readonly rows: Rows;
  sent: number;
}

interface Export {
  readonly token: number;
  readonly rows: Rows;
  readonly image: Uint8Array;
}

interface Archive {
  rows: Rows;
  readonly snapshots: Map<number, Rows>;
  export?: Export | undefined;
  import?: Import | undefined;
  /** Of an archive that is being copied from another one: what it will hold. */
  fork?: Rows | undefined;
}

/** What befalls a step: a trap at a change of stable memory (0 for none), or that no memory is given. */
export interface Fault {
  readonly change: number;
  readonly moment: Moment;
  readonly refusesGrowth: boolean;
}

export const NO_FAULT: Fault = { change: 0, moment: 'before', refusesGrowth: false };

/** A native module over stable memory, and beside it what each archive must hold, whatever was done and wherever it trapped. */
export class ModelledCanister {
  readonly archives = new Map<number, Archive>();
  /** What came to its end at least once, and how often a step trapped or was refused. */
  readonly completed = new Set<string>();
  traps = 0;
  refusals = 0;
  #host!: NodeHost;
  #memory = new FailingMemory();
  #names = 0;

  static async start(): Promise<ModelledCanister> {
    const canister = new ModelledCanister();
    await canister.upgrade();
    return canister;
  }

  get native(): NativeModule {
    return this.#host.native;
  }

  /** Starts anew on the bytes of stable memory. */
  async upgrade(): Promise<void> {
    this.#host = await startHost({
      stableMemory: this.#memory,
      now: () => 1_700_000_000_000_000_000n,
      // The smallest, so that most steps have to grow.
      installArgument: installArgument({ bucketSizeInPages: 1 }),
    });
    installFacade(this.native);
  }

  /**
   * Does something to one slot as one message. The model follows when it was done; a trap at the fault's change undoes it,
   * and a refusal changes nothing. No other slot ever changes, but for `touched`.
   */
  async step(
    slot: number,
    fault: Fault,
    native: () => void,
    model: () => void,
    touched = slot,
  ): Promise<void> {
    const before = this.#memory.toBytes();
    const others = hashes(before, [slot, touched]);
    this.#memory.failAt(fault.change, fault.moment);
    this.#memory.refusesGrowth = fault.refusesGrowth;
    try {
      this.#host.message({}, native);
      this.#liftFaults();
      model();
    } catch (error) {
      this.#liftFaults();
      if (error instanceof NativeTrap) {
        this.traps++;
        this.#memory = new FailingMemory(this.#memory.toBytes().slice(0, before.length));
        expect(Buffer.compare(this.#memory.toBytes(), before), 'a trap left something behind').toBe(0);
        await this.upgrade();
      } else {
        expect(REFUSALS, String(error)).toContain((error as { code?: string }).code);
        this.refusals++;
      }
    }
    expect(hashes(this.#memory.toBytes(), [slot, touched])).toEqual(others);
    this.check(slot);
    if (touched !== slot) this.check(touched);
  }

  // Steps, each with what it means for the model.

  async create(slot: number, fault: Fault): Promise<void> {
    if (this.archives.has(slot)) return;
    const create = () => {
      this.native.create(slot, 1).close();
      this.#sql(slot, (db) => db.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT NOT NULL)'));
    };
    // Two changes, of which a refusal could let the first stand: an empty archive.
    await this.step(slot, { ...fault, refusesGrowth: false }, create, () =>
      this.archives.set(slot, { rows: new Map(), snapshots: new Map() }),
    );
  }

  async write(slot: number, fault: Fault, first: number, count: number, value: string): Promise<void> {
    const archive = this.#open(slot);
    if (!archive) return;
    const sql = `WITH RECURSIVE n(i) AS (SELECT ${first} UNION ALL SELECT i + 1 FROM n LIMIT ${count})
      INSERT OR REPLACE INTO t SELECT i, ? || i FROM n`;
    await this.step(
      slot,
      fault,
      () => this.#sql(slot, (db) => db.prepare(sql).run(value)),
      () => {
        const rows = new Map(archive.rows);
        for (let id = first; id < first + count; id++) rows.set(id, value + id);
        archive.rows = rows;
      },
    );
  }

  async remove(slot: number, fault: Fault, remainder: number): Promise<void> {
    const archive = this.#open(slot);
    if (!archive) return;
    const remove = (db: Database) => db.exec(`DELETE FROM t WHERE id % 3 = ${remainder}`);
    await this.step(
      slot,
      fault,
      () => this.#sql(slot, remove),
      () => {
        archive.rows = new Map([...archive.rows].filter(([id]) => id % 3 !== remainder));
      },
    );
  }

  async vacuum(slot: number, fault: Fault): Promise<void> {
    if (!this.#open(slot)) return;
    await this.step(
      slot,
      fault,
      () => this.#sql(slot, (db) => db.exec('VACUUM')),
      () => {},
    );
  }

  /** Sorts 14 MiB, more than fits the heap's share for that, and changes the archive in the same transaction. */
  async sort(slot: number, fault: Fault): Promise<void> {
    const archive = this.#open(slot);
    if (!archive) return;
    await this.step(
      slot,
      fault,
      () =>
        this.#sql(slot, (db) =>
          db.transaction(() => {
            db.prepare('INSERT OR REPLACE INTO t VALUES (?, ?)').run(SORTED_ROW, 'sorted');
            const sorted = db.prepare(SPILLING_SORT).pluck().all() as number[];
            expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
            this.completed.add('sort that spilled');
          })(),
        ),
      () => {
        archive.rows = new Map([...archive.rows, [SORTED_ROW, 'sorted']]);
      },
    );
  }

  async snapshot(slot: number, fault: Fault): Promise<void> {
    const archive = this.#open(slot);
    if (!archive) return;
    let id = 0;
    const create = () => {
      id = this.native.createSnapshot(slot, `snapshot ${++this.#names}`);
    };
    await this.step(slot, fault, create, () => archive.snapshots.set(id, archive.rows));
  }

  async restore(slot: number, fault: Fault, which: number): Promise<void> {
    const archive = this.#open(slot);
    const id = archive && nth(archive.snapshots, which);
    if (!archive || id === undefined) return;
    let kept = 0;
    const restore = () => {
      kept = this.native.restoreSnapshot(slot, id, `replaced ${++this.#names}`);
    };
    await this.step(slot, fault, restore, () => {
      archive.snapshots.set(kept, archive.rows);
      archive.rows = archive.snapshots.get(id)!;
      this.completed.add('restore');
    });
  }

  async deleteSnapshot(slot: number, fault: Fault, which: number): Promise<void> {
    const archive = this.#open(slot);
    const id = archive && nth(archive.snapshots, which);
    if (!archive || id === undefined) return;
    await this.step(
      slot,
      fault,
      () => this.native.deleteSnapshot(slot, id),
      () => archive.snapshots.delete(id),
    );
  }

  async reclaim(slot: number, fault: Fault, pages: number): Promise<void> {
    if (!this.#open(slot)) return;
    await this.step(
      slot,
      fault,
      () => this.native.reclaimImages(slot, pages),
      () => {},
    );
    await this.step(
      slot,
      fault,
      () => this.native.reclaimImport(slot, pages),
      () => {},
    );
  }

  async compact(slot: number, fault: Fault, pages: number): Promise<void> {
    if (!this.archives.has(slot)) return;
    await this.step(
      slot,
      fault,
      () => this.native.compact(slot, pages),
      () => {},
    );
  }

  async checksum(slot: number, fault: Fault, pages: number): Promise<void> {
    if (!this.#open(slot)) return;
    await this.step(
      slot,
      fault,
      () => this.native.refreshChecksum(slot, pages),
      () => {},
    );
  }

  /** Begins an export, or ends the one that there is. */
  async export(slot: number, fault: Fault): Promise<void> {
    const archive = this.#open(slot);
    if (!archive) return;
    const pinned = archive.export;
    if (pinned !== undefined) {
      const end = () => this.native.endExport(slot, pinned.token);
      await this.step(slot, fault, end, () => {
        archive.export = undefined;
      });
      return;
    }
    let token = 0;
    const begin = () => {
      token = this.native.beginExport(slot, 1_000_000).id;
    };
    await this.step(slot, fault, begin, () => {
      const image = this.native.readExport(slot, token, 0, this.native.describeSlot(slot)!.logicalSize);
      archive.export = { token, rows: archive.rows, image };
    });
  }

  /** Goes on with an import: begins one of what another slot has pinned, sends a part, verifies, or switches. */
  async import(slot: number, fault: Fault, from: number, part: number): Promise<void> {
    const archive = this.#open(slot);
    if (!archive) return;
    const current = archive.import;
    if (current === undefined) await this.#beginImport(slot, archive, fault, this.archives.get(from)?.export);
    else if (current.sent < current.image.length) await this.#sendPart(slot, current, fault, part);
    else await this.#finishImport(slot, archive, current, fault, part);
  }

  async cancelImport(slot: number, fault: Fault): Promise<void> {
    const archive = this.#open(slot);
    if (archive?.import === undefined) return;
    const { session } = archive.import;
    await this.step(
      slot,
      fault,
      () => this.native.cancelImport(slot, session),
      () => {
        archive.import = undefined;
      },
    );
  }

  /** Goes on with a fork into a slot, or begins one of another slot's last published image. */
  async fork(slot: number, fault: Fault, from: number, pages: number): Promise<void> {
    const source = this.#open(from);
    const target = this.archives.get(slot);
    if (target?.fork !== undefined) await this.#continueFork(slot, target, fault, pages);
    else if (target === undefined && source !== undefined && from !== slot) {
      const begin = () => this.native.beginFork(from, slot, 2);
      await this.step(
        slot,
        fault,
        begin,
        () => this.archives.set(slot, { rows: new Map(), snapshots: new Map(), fork: source.rows }),
        from,
      );
      this.#forkSources.set(slot, from);
    }
  }

  async purge(slot: number, fault: Fault): Promise<void> {
    const isCopied = [...this.#forkSources].some(
      ([target, source]) => source === slot && this.archives.get(target)?.fork !== undefined,
    );
    if (!this.#open(slot) || isCopied) return;
    await this.step(
      slot,
      fault,
      () => this.native.purgeSlot(slot, ALL),
      () => {
        this.archives.delete(slot);
        this.completed.add('purge');
      },
    );
  }

  /** Content, integrity and conservation of a slot, and conservation of all buckets. */
  check(slot: number): void {
    const bytes = this.#memory.toBytes();
    checkManager(bytes);
    expect(readManager(bytes).sizes[SCRATCH], 'scratch memory').toBeUndefined();
    const archive = this.archives.get(slot);
    if (archive === undefined) {
      expect(readManager(bytes).sizes[slot] ?? 0).toBe(0);
      return;
    }
    checkConservation(readVirtualMemory(bytes, slot));
    expect(readImages(readVirtualMemory(bytes, slot)).filter(({ state }) => state === 4)).toEqual([]);
    if (archive.fork !== undefined) return;
    this.#sql(slot, (db) => {
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(new Map(db.prepare('SELECT id, v FROM t').raw().all() as [number, string][])).toEqual(
        new Map([...archive.rows].sort(([a], [b]) => a - b)),
      );
    });
    const { export: pinned } = archive;
    if (pinned === undefined) return;
    const image = this.native.readExport(slot, pinned.token, 0, pinned.image.length + 1);
    expect(Buffer.compare(image, pinned.image)).toBe(0);
  }

  /** Every snapshot restored once, with the content of its time, and given back again: nothing is left but the live image. */
  async checkSnapshots(slot: number): Promise<void> {
    const archive = this.#open(slot);
    if (!archive) return;
    for (const id of [...archive.snapshots.keys()]) {
      if (archive.snapshots.size > 25) break;
      await this.restore(slot, NO_FAULT, [...archive.snapshots.keys()].indexOf(id));
    }
  }

  readonly #forkSources = new Map<number, number>();

  async #beginImport(
    slot: number,
    archive: Archive,
    fault: Fault,
    source: Export | undefined,
  ): Promise<void> {
    if (source === undefined) return;
    const digest = new Uint8Array(createHash('sha256').update(source.image).digest());
    let session = 0;
    const begin = () => {
      session = this.native.beginImport(slot, source.image.length, 1_000_000, digest);
    };
    await this.step(slot, fault, begin, () => {
      archive.import = { session, image: source.image, rows: source.rows, sent: 0 };
    });
  }

  async #sendPart(slot: number, current: Import, fault: Fault, part: number): Promise<void> {
    const end = Math.min(current.image.length, current.sent + part * 10_000);
    const chunk = current.image.subarray(current.sent, end);
    const send = () => this.native.writeImportChunk(slot, current.session, current.sent, chunk);
    await this.step(slot, fault, send, () => {
      current.sent = end;
    });
  }

  async #finishImport(
    slot: number,
    archive: Archive,
    current: Import,
    fault: Fault,
    part: number,
  ): Promise<void> {
    if (this.native.importStatus(slot)!.phase !== 'verified') {
      const verify = () => this.native.verifyImport(slot, current.session, NO_LIMIT);
      await this.step(slot, fault, verify, () => {});
      return;
    }
    const keeps = part % 2 === 0;
    let kept: number | undefined;
    const replace = () => {
      kept = this.native.switchImport(slot, current.session, keeps ? `import ${++this.#names}` : undefined);
    };
    await this.step(slot, fault, replace, () => {
      if (kept !== undefined) archive.snapshots.set(kept, archive.rows);
      archive.rows = current.rows;
      archive.import = undefined;
      this.completed.add(keeps ? 'import that keeps what it replaced' : 'import');
    });
  }

  async #continueFork(slot: number, target: Archive, fault: Fault, pages: number): Promise<void> {
    const proceed = () => this.native.continueFork(slot, pages);
    const follow = () => {
      if (this.native.forkProgress(slot) !== undefined) return;
      target.rows = target.fork!;
      target.fork = undefined;
      this.completed.add('fork');
    };
    await this.step(slot, fault, proceed, follow, this.#forkSources.get(slot)!);
  }

  #liftFaults(): void {
    this.#memory.failAt(0, 'before');
    this.#memory.refusesGrowth = false;
  }

  /** An archive that can be opened. */
  #open(slot: number): Archive | undefined {
    const archive = this.archives.get(slot);
    return archive?.fork === undefined ? archive : undefined;
  }

  /** Uses a connection, and closes it unless the host trapped. */
  #sql(slot: number, use: (db: Database) => unknown): void {
    const db = new Database(this.native, { memoryId: slot });
    try {
      use(db);
    } finally {
      if (!this.#host.trapped) db.close();
    }
  }
}

const nth = (ids: ReadonlyMap<number, unknown>, which: number) =>
  [...ids.keys()][which % Math.max(ids.size, 1)];

/** SHA-256 of every virtual memory but some. */
function hashes(bytes: Uint8Array, except: readonly number[]): Map<number, string> {
  if (bytes.length < PAGE) return new Map();
  const ids = Object.keys(readManager(bytes).sizes).map(Number);
  return new Map(
    ids
      .filter((id) => !except.includes(id))
      .map((id) => [id, createHash('sha256').update(readVirtualMemory(bytes, id)).digest('hex')]),
  );
}
