import { readFileSync } from 'node:fs';
import { ROLES } from '../../src/candid';

/** The table of docs/ACCESS.md: for each method the roles that it allows. */
export function documentedTable(): Map<string, Set<string>> {
  const lines = readFileSync('docs/ACCESS.md', 'utf8').split('\n');
  const rows = lines
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(
    rows.map(([, method = '', , , ...marks]) => [
      method.replaceAll('`', ''),
      new Set(ROLES.filter((_, column) => marks[column] === 'yes')),
    ]),
  );
}
