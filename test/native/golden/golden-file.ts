import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** What a layer's layout looks like on disk, and what must be found there for ever. */
export interface Golden {
  /** Layer and version of its layout; the file is `<name>.bin.gz`. */
  readonly name: string;
  /** Makes the stable memory from fixed input. Absent once no code writes this version any more. */
  write?(): Promise<Uint8Array>;
  /** Whether another engine or compiler writes the same bytes too. */
  readonly reproducible: boolean;
  /** Fails unless the stable memory is understood and can be worked with. */
  read(stable: Uint8Array): Promise<void>;
}

const pathOf = (name: string) => join(import.meta.dirname, `${name}.bin.gz`);

export async function readGolden(name: string): Promise<Uint8Array> {
  return new Uint8Array(gunzipSync(await readFile(pathOf(name))));
}

/** Writes a new file; an existing one is never replaced. */
export async function addGolden(name: string, stable: Uint8Array): Promise<void> {
  await writeFile(pathOf(name), gzipSync(stable, { level: 9 }), { flag: 'wx' });
}
