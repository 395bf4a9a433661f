import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METHODS, type Method, ROOMS } from '../../src/candid';
import { derivedFiles } from '../../src/reference/pages';

const files = derivedFiles('.');

describe('what follows from the declarations', () => {
  it.each(files)('$path is as `npm run reference` writes it', ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('tells every method, each in one room', () => {
    const rooms = ROOMS.flatMap(({ methods }) => Object.keys(methods));
    expect(rooms.sort()).toEqual(Object.keys(METHODS).sort());
    const page = files.find(({ path }) => path === 'docs/REFERENCE.md')!.text;
    for (const name of rooms) expect(page).toContain(`| \`${name}(`);
  });
});

// The link leaves what ends with a full stop out of the canister's module, so that must be sentences and nothing else.
describe('sentences', () => {
  it('end with a full stop', () => {
    const methods = Object.values<Method>(METHODS).map(({ says }) => says);
    expect([...ROOMS.map(({ says }) => says), ...methods].filter((says) => !says.endsWith('.'))).toEqual([]);
  });
});
