import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { Database, SqliteError } from '../../../src/database';
import type { NativeModule } from '../../../src/native/interface';
import { BufferStableMemory, NativeTrap, type NodeHost } from '../../../src/native/node';
import { startHost } from '../../support/native-host';
import { type BaseImage, makeBaseImages } from './base-images';
import { MUTATIONS } from './mutations';
import { Random } from './random';

const TARGET = 120;
const NEIGHBOUR = 121;
const SEED = 20261121;
/** Of each kind of damage to each base image. */
const ROUNDS = 40;
const BUDGET = 40_000_000_000;

const stable = new BufferStableMemory();
let host: NodeHost;
let bases: BaseImage[];
let neighbour: string;

/** What became of an image. */
type Fate = 'refused' | 'imported' | 'trapped';

beforeAll(async () => {
  bases = await makeBaseImages();
  host = await startHost({ stableMemory: stable });
  new Database(host.native, { memoryId: TARGET, create: true }).exec('CREATE TABLE mine (x)').close();
  new Database(host.native, { memoryId: NEIGHBOUR, create: true })
    .exec('CREATE TABLE theirs AS SELECT 7 AS x, zeroblob(50000) AS y')
    .close();
  neighbour = neighbourChecksum();
});

function neighbourChecksum(): string {
  return host.native.checksumMemory(NEIGHBOUR, 0, host.native.memorySize(NEIGHBOUR));
}

/** Imports and, if that succeeds, uses an image in every way that a tenant can. */
async function meet(image: Uint8Array): Promise<Fate> {
  try {
    if (!importImage(host.native, image)) return 'refused';
    useArchive(host.native);
    return 'imported';
  } catch (error) {
    if (!(error instanceof NativeTrap) && !host.trapped) throw error;
    // The message is undone; the next one finds the archive and the import as they were before it.
    host = await startHost({ stableMemory: stable });
    const session = host.native.importStatus(TARGET)?.session;
    if (session !== undefined) host.native.cancelImport(TARGET, session);
    return 'trapped';
  }
}

function importImage(native: NativeModule, image: Uint8Array): boolean {
  const sha256 = createHash('sha256').update(image).digest();
  const session = native.beginImport(TARGET, image.length, 60, sha256);
  native.writeImportChunk(TARGET, session, 0, image);
  try {
    native.verifyImport(TARGET, session, BUDGET);
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
    // An image that makes the engine ask for more memory than there is could be sound; it is up to the caller.
    if (error.code === 'IMPORT_MEMORY') native.cancelImport(TARGET, session);
    else expect(native.importStatus(TARGET)).toMatchObject({ phase: 'refused', code: error.code });
    return false;
  }
  native.switchImport(TARGET, session);
  return true;
}

function useArchive(native: NativeModule): void {
  const db = new Database(native, { memoryId: TARGET });
  const tables =
    attempt(() =>
      db.prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").pluck().all(),
    ) ?? [];
  for (const name of tables as string[]) {
    const quoted = `"${String(name).replaceAll('"', '""')}"`;
    attempt(() => db.prepare(`SELECT * FROM ${quoted} LIMIT 40`).raw().all());
    attempt(() => db.prepare(`SELECT count(*) FROM ${quoted}`).get());
    attempt(() => db.prepare(`SELECT * FROM ${quoted} ORDER BY 1 DESC, 2 LIMIT 5`).raw().all());
  }
  for (const query of ['words', 'tabul*', '"more words"', 'title : 3']) {
    attempt(() =>
      db.prepare("SELECT rowid, bm25(note), snippet(note, 1, '', '', '', 5) FROM note(?)").raw().all(query),
    );
  }
  for (const pragma of ['integrity_check(5)', 'quick_check(5)', 'foreign_key_check', 'table_list'])
    attempt(() => db.pragma(pragma));
  for (const sql of [
    "INSERT INTO note VALUES ('new', 'words of mine')",
    'DELETE FROM note WHERE rowid % 3 = 0',
    'UPDATE item SET name = name || 1 WHERE id > 250',
    'DELETE FROM item WHERE id < 90',
    'INSERT INTO pair VALUES (1, 1e9)',
    'PRAGMA incremental_vacuum(3)',
    'CREATE TABLE fresh (x)',
    'DROP TABLE IF EXISTS child',
  ]) {
    attempt(() => db.exec(sql));
  }
  db.close();
}

/** SQL may fail on a damaged archive, with an error of SQLite's. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_')) return undefined;
    throw error;
  }
}

describe('hostile images', () => {
  it(`of ${Object.keys(MUTATIONS).length} kinds are refused, or imported and safe to query; no other archive changes`, async () => {
    const random = new Random(SEED);
    const fates: Record<Fate, number> = { refused: 0, imported: 0, trapped: 0 };
    const trapped: string[] = [];
    for (const base of bases) {
      for (const [kind, mutate] of Object.entries(MUTATIONS)) {
        for (let round = 0; round < ROUNDS; round++) {
          const fate = await meet(mutate(base.bytes.slice(), random, base));
          fates[fate]++;
          if (fate === 'trapped') trapped.push(`${base.name}, ${kind}, ${round}`);
          expect(neighbourChecksum(), `${base.name}, ${kind}, ${round}`).toBe(neighbour);
        }
      }
    }
    expect(fates.refused + fates.imported).toBeGreaterThanOrEqual(2000);
    expect(fates.refused).toBeGreaterThan(500);
    expect(fates.imported).toBeGreaterThan(200);
    expect(trapped).toEqual([]);
  }, 240_000);

  it('leave a slot that takes a sound image', async () => {
    for (const { bytes } of bases) {
      expect(await meet(bytes.slice())).toBe('imported');
      expect(importImage(host.native, bytes)).toBe(true);
    }
    expect(neighbourChecksum()).toBe(neighbour);
  });
});
