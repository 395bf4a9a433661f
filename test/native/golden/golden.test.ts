import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { addGolden, readGolden } from './golden-file';
import { goldens } from './scenarios';

describe('a golden file', () => {
  it('belongs to each scenario, and a scenario to each file', async () => {
    const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.bin.gz'));
    expect(files.sort()).toEqual(goldens.map(({ name }) => `${name}.bin.gz`).sort());
  });

  it.each(goldens)('$name is understood', async (golden) => {
    await golden.read(await readGolden(golden.name));
  });

  it.each(goldens.filter(({ reproducible, write }) => reproducible && write))(
    '$name is written again, byte for byte',
    async ({ name, write }) => {
      expect(Buffer.compare(await write!(), await readGolden(name))).toBe(0);
    },
  );

  it('is never replaced', async () => {
    await expect(addGolden(goldens[0]!.name, new Uint8Array(0))).rejects.toThrow('EEXIST');
  });
});
