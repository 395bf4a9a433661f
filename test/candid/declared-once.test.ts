import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../src/candid';

// Whoever adds a method names it in three files: where it is declared, where it is answered, and where the client calls
// it. What else there is to know follows from the declaration.

const ROOMS = ['canister', 'catalog', 'src/candid', 'src/client', 'src/link', 'src/reference'] as const;

/** Why a method is named by one more file of a room, or not reached from the client. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  http_request: "the IC's HTTP gateways call it; admission keeps others from sending it as an update",
};

const sources = new Map(
  ROOMS.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .map((file) => join(room, file))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => [file, withoutComments(readFileSync(file, 'utf8'))] as const),
  ),
);

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$|\s\/\/ .*$/gm, '');
}

/** Files of a room that name a method: as a key, as a member, or as a text that is nothing else. */
function naming(method: string, room: string): string[] {
  const name = new RegExp(`^\\s*${method}(?:[:,]|$)|\\.${method}\\(|'${method}'`, 'm');
  return [...sources]
    .filter(([file, text]) => file.startsWith(`${room}/`) && name.test(text))
    .map(([file]) => file);
}

/** Names of one word are also words of the sources, so they are not searched for. */
const names = Object.keys(METHODS).filter((name) => name.includes('_') && !(name in EXCEPTIONS));

describe('a method', () => {
  it.each(names)('%s is declared in one file and answered in one', (name) => {
    expect(naming(name, 'src/candid')).toHaveLength(1);
    expect(naming(name, 'canister')).toHaveLength(1);
    for (const room of ['catalog', 'src/link', 'src/reference']) expect(naming(name, room)).toEqual([]);
  });

  it('is reached from the client, or there is a reason why not', () => {
    const client = [...sources].filter(([file]) => file.startsWith('src/client/')).map(([, text]) => text);
    const unreached = Object.keys(METHODS).filter((name) => {
      return !client.some((text) => text.includes(`ervice.${name}(`));
    });
    expect(unreached).toEqual(Object.keys(EXCEPTIONS));
  });
});

describe('a type', () => {
  it('is declared in src/candid, and nowhere a second time for a library of Candid', () => {
    // The management canister's types are the IC's.
    const foreign = join('canister', 'observation', 'cycles.ts');
    const others = [...sources].filter(
      ([file, text]) =>
        file !== join('src', 'candid', 'idl.ts') &&
        file !== foreign &&
        !file.startsWith('src/link/') &&
        /IDL\.(Record|Variant)\(/.test(text),
    );
    expect(others.map(([file]) => file)).toEqual([]);
  });

  it('is declared under one name', () => {
    const declared = [...sources.values()].flatMap((text) =>
      [...text.matchAll(/(?:record|variant)\(\s*'(\w+)'/g)].map(([, name]) => name!),
    );
    expect(declared.length).toBeGreaterThan(100);
    expect(declared.filter((name, position) => declared.indexOf(name) !== position)).toEqual([]);
  });
});
