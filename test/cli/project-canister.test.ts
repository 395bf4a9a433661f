import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newestIn } from '../../src/cli/project-canister';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tabularium-sources-'));
  mkdirSync(join(folder, 'src', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'src', 'deep', 'a.ts'), '');
  writeFileSync(join(folder, 'src', 'deep', 'b.ts'), '');
  for (const path of ['src/deep/a.ts', 'src/deep/b.ts', 'src/deep', 'src']) {
    utimesSync(join(folder, path), 1000, 1000);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('sources are as new as the newest of them, however deep', () => {
  expect(newestIn(folder, ['src', 'absent'])).toBe(1_000_000);
  utimesSync(join(folder, 'src', 'deep', 'a.ts'), 2000, 2000);
  expect(newestIn(folder, ['src'])).toBe(2_000_000);
});

it('a source that was removed counts as a change', () => {
  rmSync(join(folder, 'src', 'deep', 'a.ts'));
  expect(newestIn(folder, ['src'])).toBeGreaterThan(1_000_000);
});
