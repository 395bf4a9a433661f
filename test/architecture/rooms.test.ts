import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

// docs/ARCHITECTURE.md tells in one table which room may import which; the code is held to it.

const FOLDERS = ['canister', 'catalog', 'src', 'bin', 'examples'];
/** Compiled for themselves: AssemblyScript names what it stands on, applications import the package. */
const APART = ['src/native/assembly', 'examples/kysely', 'examples/drizzle', 'examples/notes'];
const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const documented = roomsOf(readFileSync('docs/ARCHITECTURE.md', 'utf8'));
const imports = FOLDERS.flatMap(sourcesIn).flatMap(importsOf);

/** What each room may import, by the first and the last cell of its row. */
function roomsOf(markdown: string): Map<string, string[]> {
  const names = (cell: string) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!.replace(/\/$/, ''));
  const [, table = ''] = markdown.split('| room | what it holds | may import |');
  const rooms = new Map<string, string[]>();
  for (const row of table.split('\n\n')[0]!.split('\n')) {
    const cells = row.split('|').map((cell) => cell.trim());
    for (const room of names(cells[1] ?? '')) rooms.set(room.replace(/\.ts$/, ''), names(cells.at(-2) ?? ''));
  }
  return rooms;
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => /\.m?ts$|\.mjs$/.test(file) && !APART.some((room) => file.startsWith(`${room}/`)));
}

function importsOf(file: string): Import[] {
  return [...readFileSync(file, 'utf8').matchAll(RELATIVE_IMPORT)].map(([, path]) => ({
    file,
    from: roomOf(file),
    to: roomOf(normalize(join(dirname(file), path!))),
  }));
}

/** The innermost room of the table that a file lies in. */
function roomOf(file: string): string {
  const path = file.replace(/\.m?ts$/, '');
  const rooms = [...documented.keys()].filter((room) => path === room || path.startsWith(`${room}/`));
  return rooms.reduce((longest, room) => (room.length > longest.length ? room : longest), '');
}

describe('the rooms', () => {
  it('hold every source file', () => {
    expect(FOLDERS.flatMap(sourcesIn).filter((file) => roomOf(file) === '')).toEqual([]);
  });

  it('import what the table says, and nothing else', () => {
    const others = imports.filter(({ from, to }) => from !== to && !documented.get(from)?.includes(to));
    expect(others.map(({ file, to }) => `${file} imports ${to || 'what no room holds'}`)).toEqual([]);
  });

  it('import all that the table says', () => {
    const used = new Set(imports.map(({ from, to }) => `${from} -> ${to}`));
    const unused = [...documented].flatMap(([room, allowed]) =>
      allowed.map((other) => `${room} -> ${other}`).filter(() => !APART.includes(room)),
    );
    expect(unused.filter((edge) => !used.has(edge))).toEqual([]);
  });

  it('never go round', () => {
    const visit = (room: string, way: readonly string[]): string[][] =>
      way.includes(room)
        ? [[...way, room]]
        : (documented.get(room) ?? []).flatMap((other) => visit(other, [...way, room]));
    expect([...documented.keys()].flatMap((room) => visit(room, []))).toEqual([]);
  });
});
