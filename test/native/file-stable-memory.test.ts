import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/database';
import { FileStableMemory, NativeTrap } from '../../src/native/node';
import { startHost, thrownBy } from '../support/native-host';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stable-'));
  path = join(folder, 'stable.bin');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('stable memory in a file', () => {
  it('keeps archives', async () => {
    const memory = new FileStableMemory(path);
    const { native } = await startHost({ stableMemory: memory });
    new Database(native, { memoryId: 120, create: true }).exec('CREATE TABLE t AS SELECT 42 AS x');
    memory.close();
    expect(statSync(path).size).toBe(memory.pages * 65_536);

    const again = new FileStableMemory(path);
    const { native: next } = await startHost({ stableMemory: again });
    const db = new Database(next, { memoryId: 120 });
    db.exec('UPDATE t SET x = 43');
    expect(db.prepare('SELECT x FROM t').pluck().get()).toBe(43);
    again.close();
  });

  it('can be looked at without being changed', async () => {
    const memory = new FileStableMemory(path);
    const { native } = await startHost({ stableMemory: memory });
    new Database(native, { memoryId: 120, create: true }).exec('CREATE TABLE t AS SELECT 42 AS x');
    memory.close();
    const before = readFileSync(path);

    const backup = new FileStableMemory(path, { readonly: true });
    const { native: reader } = await startHost({ stableMemory: backup });
    const db = new Database(reader, { memoryId: 120 });
    expect(db.prepare('SELECT x FROM t').pluck().get()).toBe(42);
    expect(thrownBy(() => db.exec('UPDATE t SET x = 43'))).toBeInstanceOf(Error);
    backup.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is made of whole pages', () => {
    writeFileSync(path, new Uint8Array(100));
    expect(() => new FileStableMemory(path)).toThrow(RangeError);
    expect(() => new FileStableMemory(join(folder, 'absent'), { readonly: true })).toThrow();
  });

  it('has bounds', () => {
    const memory = new FileStableMemory(path);
    expect(memory.grow(2)).toBe(0);
    memory.write(131_070, Uint8Array.of(1, 2));
    const bytes = new Uint8Array(2);
    memory.read(131_070, bytes);
    expect(bytes).toEqual(Uint8Array.of(1, 2));
    expect(() => memory.write(131_071, bytes)).toThrow(NativeTrap);
    expect(() => memory.read(131_071, bytes)).toThrow(NativeTrap);
    memory.close();
  });
});
