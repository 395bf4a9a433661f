import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CANISTER_ERROR_CODES } from '../../canister/service/error';

const BINDING = 'src/native/assembly/binding';
/** Where the codes of the native module's own refusals stand, and the sections that explain them. */
const NATIVE_SOURCES: Readonly<Record<string, readonly string[]>> = {
  Storage: ['slots.ts', 'image-status.ts'],
  Imports: ['import-status.ts'],
  Adoption: ['adoption-names.ts'],
};

/** Codes in the table of a section of docs/ERRORS.md. */
function documented(section: string): string[] {
  const text = readFileSync('docs/ERRORS.md', 'utf8')
    .split('\n## ')
    .find((part) => part.startsWith(section));
  return [...(text ?? '').matchAll(/^\| `([A-Z_0-9]+)` \| .{5,} \| .{5,} \|$/gm)].map((match) => match[1]!);
}

function codesIn(file: string): string[] {
  const source = readFileSync(join(BINDING, file), 'utf8');
  return [...source.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].map((match) => match[1]!);
}

describe('docs/ERRORS.md', () => {
  it('has all codes of the canister, and no other', () => {
    expect(documented('Canister')).toEqual([...CANISTER_ERROR_CODES]);
  });

  it.each(Object.entries(NATIVE_SOURCES))(
    'has all codes under %s that native code names there',
    (section, files) => {
      expect(readdirSync(BINDING)).toEqual(expect.arrayContaining([...files]));
      const known = [...documented(section), ...documented('Storage')];
      for (const code of files.flatMap(codesIn)) expect(known).toContain(code);
    },
  );

  it('lists codes in their order', () => {
    for (const section of ['Canister', 'Storage', 'Imports', 'Adoption']) {
      expect(documented(section)).toEqual([...documented(section)].sort());
    }
  });
});
