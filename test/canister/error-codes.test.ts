import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CANISTER_ERROR_CODES } from '../../canister/service/error';

describe("the canister's own codes", () => {
  it('are those that were released', () => {
    const golden = readFileSync('test/canister/golden/error-codes.txt', 'utf8').trimEnd().split('\n');
    expect([...CANISTER_ERROR_CODES]).toEqual(golden);
  });

  it('are documented', () => {
    const documents = readFileSync('docs/ERRORS.md', 'utf8');
    const results = [
      'CHECK_FOUND_DAMAGE',
      'CHECK_INCOMPLETE',
      'COMPACTION_DOES_NOT_PAY',
      'FLEET_KIND_UNKNOWN',
      'SNAPSHOT_UP_TO_DATE',
    ];
    for (const code of [...CANISTER_ERROR_CODES, ...results]) expect(documents).toContain(`| \`${code}\` |`);
  });
});

describe('every code in the sources', () => {
  const SOURCES = ['canister', 'catalog', 'src/database', 'src/migrations', 'src/native/assembly'];
  /** What stands in quotes and is spelt as codes are. */
  const CODE = /'([A-Z]{2,}(?:_[A-Z]+)+)'/g;
  const textsOf = (folder: string, extension: string) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith(extension))
      .map((path) => readFileSync(join(folder, path), 'utf8'));
  const documents = textsOf('docs', '.md').join('\n');
  const codes = new Set(
    SOURCES.flatMap((folder) => textsOf(folder, '.ts'))
      .flatMap((text) => [...text.matchAll(CODE)])
      .map(([, code]) => code!)
      // SQLite's own are documented by SQLite.
      .filter((code) => !code.startsWith('SQLITE_')),
  );

  it('is documented, whoever answers it', () => {
    expect(codes.size).toBeGreaterThan(80);
    expect([...codes].filter((code) => !documents.includes(`| \`${code}\` |`))).toEqual([]);
  });

  it('that SQL.md lists is in the sources', () => {
    const errors = readFileSync('docs/SQL.md', 'utf8').split('## Errors')[1]!;
    const listed = [...errors.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code!);
    expect(listed.length).toBeGreaterThan(10);
    expect(listed.filter((code) => !codes.has(code) && !code.startsWith('SQLITE_'))).toEqual([]);
  });
});
