import { beforeAll, describe, expect, it } from 'vitest';
import { type BaseImage, makeBaseImages } from '../native/imports/base-images';
import { MUTATIONS } from '../native/imports/mutations';
import { Random } from '../native/imports/random';
import { ImportSteps } from '../support/import-steps';
import { InstalledTabularium, OPERATOR } from '../support/tabularium';

const SEED = 7;
/** A refusal of an image, or of SQL on an archive whose image passed. */
const REFUSAL = /^(IMPORT|SQLITE)_/;
const QUERIES = [
  'SELECT name, sql FROM sqlite_schema',
  'SELECT count(*), max(name) FROM item',
  'SELECT * FROM pair LIMIT 20',
  "SELECT rowid, bm25(note) FROM note('words') LIMIT 5",
  'PRAGMA integrity_check(3)',
];

let canister: InstalledTabularium;
let bases: BaseImage[];
const service = () => canister.actor(OPERATOR);

beforeAll(async () => {
  bases = await makeBaseImages();
  canister = await InstalledTabularium.install({ bucketSizeInPages: 1 });
  await canister.archive('target');
  const neighbour = await canister.archive('neighbour');
  await neighbour.execute('CREATE TABLE theirs AS SELECT 7 AS x, zeroblob(50000) AS y');
});

/** Hashes of all memories but the one that the images go into. */
function otherMemories(): [number, string][] {
  const target = Math.min(...[...canister.memoryHashes().keys()].filter((id) => id >= 120));
  return [...canister.memoryHashes()].filter(([id]) => id >= 119 && id !== target);
}

async function meet(image: Uint8Array): Promise<'refused' | 'imported'> {
  const steps = new ImportSteps(service(), 'target');
  expect(await steps.begin(image.length)).toHaveProperty('ok');
  expect(await steps.chunk(0, image)).toHaveProperty('ok');
  const verified = await steps.verify();
  if ('err' in verified) {
    expect(verified.err.code).toMatch(REFUSAL);
    await steps.cancel();
    return 'refused';
  }
  expect(await steps.finish({ Discard: null })).toHaveProperty('ok');
  for (const query of QUERIES) {
    const answer = await service().query('target', query, [], []);
    if ('err' in answer) expect(answer.err.code).toMatch(REFUSAL);
  }
  return 'imported';
}

describe('a hostile image in the canister', () => {
  it('of every kind is refused with a typed error or safe to query, and changes nothing else', async () => {
    const random = new Random(SEED);
    const before = otherMemories();
    const fates = { refused: 0, imported: 0 };
    for (const [index, mutate] of Object.values(MUTATIONS).entries()) {
      for (const base of [bases[index % bases.length]!, bases[(index + 2) % bases.length]!]) {
        fates[await meet(mutate(base.bytes.slice(), random, base))]++;
        expect(otherMemories()).toEqual(before);
      }
    }
    expect(fates.refused).toBeGreaterThan(5);
    expect(fates.imported).toBeGreaterThan(3);
    expect(await meet(bases[1]!.bytes)).toBe('imported');
  });
});
