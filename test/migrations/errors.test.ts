import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MIGRATION_ERROR_CODES } from '../../src/migrations';

describe('the codes of migrations', () => {
  it('are all documented, with what happened and what to do', () => {
    const section =
      readFileSync('docs/ERRORS.md', 'utf8')
        .split('\n## ')
        .find((text) => text.startsWith('Migrations')) ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const documented = rows.map((row) => row.split('|').map((cell) => cell.trim()));
    expect(documented.map(([, code = '']) => code.replaceAll('`', ''))).toEqual([...MIGRATION_ERROR_CODES]);
    for (const [, code, what = '', advice = ''] of documented) {
      expect([code, what.length > 5, advice.length > 5]).toEqual([code, true, true]);
    }
  });

  it('are all in use', () => {
    const sources = readdirSync('src/migrations')
      .filter((file) => file !== 'error.ts')
      .map((file) => readFileSync(join('src/migrations', file), 'utf8'))
      .join('\n');
    expect(MIGRATION_ERROR_CODES.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });
});
