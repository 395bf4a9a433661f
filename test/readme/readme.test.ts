import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { IDL } from '@dfinity/candid';
import { describe, expect, it } from 'vitest';
import { linkCanister } from '../../src/link';
import { PocketIc } from '../../src/replica';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const README = readFileSync(join(PROJECT, 'README.md'), 'utf8');

/** The code block that follows a heading. */
function exampleUnder(heading: string): string {
  const example = README.split(`## ${heading}`)[1]?.match(/```ts\n([\s\S]*?)```/)?.[1];
  if (example === undefined) throw new Error(`README.md has no example under "${heading}"`);
  return example;
}

describe("README's canister", () => {
  it('links, stores and finds, before and after an upgrade', async () => {
    const folder = join(PROJECT, '.tabularium', 'readme');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'canister.ts'), exampleUnder('In a canister'));
    const { wasm } = await linkCanister({ main: '.tabularium/readme/canister.ts', outDir: folder });

    const pic = await PocketIc.create();
    const canisterId = await pic.createCanister();
    await pic.installCode({ canisterId, wasm });
    const text = (value: string) => new Uint8Array(IDL.encode([IDL.Text], [value]));
    const search = async (pattern: string) => {
      const reply = await pic.queryCall({ canisterId, method: 'search', arg: text(pattern) });
      return IDL.decode([IDL.Vec(IDL.Text)], reply)[0];
    };
    for (const note of ['buy milk', 'sell milk', 'sleep']) {
      await pic.updateCall({ canisterId, method: 'add', arg: text(note) });
    }
    expect(await search('%milk')).toEqual(['buy milk', 'sell milk']);
    await pic.upgradeCanister({ canisterId, wasm });
    expect(await search('s%')).toEqual(['sell milk', 'sleep']);
  }, 120_000);
});

describe("README's numbers", () => {
  it('of commands are those of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...README.matchAll(/`npm (?:run )?([a-z]+)`/g)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThan(4);
    for (const name of named) expect(scripts, name).toHaveProperty(name);
  });
});
