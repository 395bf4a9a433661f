import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CATALOG_ERROR_CODES } from '../../catalog/error';

const lines = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

function sources(): string {
  const files = readdirSync('catalog', { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts') && file !== 'error.ts')
    .map((file) => readFileSync(join('catalog', file), 'utf8'))
    .join('\n');
}

function documented(): Map<string, string[]> {
  const section =
    readFileSync('docs/ERRORS.md', 'utf8')
      .split('\n## ')
      .find((text) => text.startsWith('Catalog')) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows.map((row) => {
      const [, code = '', ...texts] = row.split('|').map((cell) => cell.trim());
      return [code.replaceAll('`', ''), texts.slice(0, 2)];
    }),
  );
}

describe('the codes of the catalog', () => {
  it('are those that were released', () => {
    expect([...CATALOG_ERROR_CODES]).toEqual(lines('test/catalog/golden/error-codes.txt'));
  });

  it('are all documented, with what happened and what to do', () => {
    expect([...documented().keys()]).toEqual([...CATALOG_ERROR_CODES]);
    for (const [code, texts] of documented()) {
      expect([code, texts.every((text) => text.length > 5)]).toEqual([code, true]);
    }
  });

  it('are all in use', () => {
    const code = sources();
    expect(CATALOG_ERROR_CODES.filter((name) => !code.includes(`'${name}'`))).toEqual([]);
  });
});
