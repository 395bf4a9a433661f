import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bundleMigrations } from '../../src/cli/bundle-migrations';
import { UsageError } from '../../src/cli/usage-error';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tabularium-migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bundled = async () => {
  const module = join(folder, 'migrations.ts');
  await bundleMigrations([folder, module]);
  return ((await import(pathToFileURL(module).href)) as { migrations: unknown }).migrations;
};

it('makes a module of numbered SQL files', async () => {
  writeFileSync(join(folder, '0001_notes.sql'), 'CREATE TABLE note(text)');
  expect(await bundled()).toEqual([
    { version: 1, name: 'notes', sql: 'CREATE TABLE note(text)', foreignKeys: 'enforced' },
  ]);
});

it("makes a module of drizzle-kit's folder", async () => {
  const journal = { entries: [{ idx: 0, version: '6', when: 7, tag: '0000_brave_note', breakpoints: true }] };
  mkdirSync(join(folder, 'meta'));
  writeFileSync(join(folder, 'meta', '_journal.json'), JSON.stringify(journal));
  writeFileSync(join(folder, '0000_brave_note.sql'), 'CREATE TABLE `note` (`text` text);\r\n');
  expect(await bundled()).toEqual({ journal, migrations: { m0000: 'CREATE TABLE `note` (`text` text);\n' } });
});

it('says how it is used', async () => {
  await expect(bundleMigrations([folder])).rejects.toBeInstanceOf(UsageError);
});
