import { expect, it } from 'vitest';
import { installFacade } from '../../src/database/install';
import { startHost } from '../support/native-host';

const SLOT = 130;
const GENERATION = 7;
/** They are given back one by one, each with more memory than the one before: what a creation runs out at moves on. */
const STATEMENTS = 1_000;
const statementOf = (size: number) => `SELECT 1 -- ${'x'.repeat(size * 20)}`;

/** Does it until there is no memory for it any more. */
function exhaust(take: () => void): void {
  try {
    for (;;) take();
  } catch (error) {
    expect(error).toMatchObject({ code: 'HEAP_FULL' });
  }
}

it('a creation that finds no memory, wherever it runs out, leaves its slot as it was', async () => {
  const { native } = await startHost();
  installFacade(native);
  const scratch = native.openScratch();
  scratch.exec('CREATE TABLE taken(bytes)');
  const statements = Array.from({ length: STATEMENTS }, (_, size) => scratch.prepare(statementOf(size)));
  native.limitHeap(native.memoryReport().heapPages * 65_536);
  for (const bytes of [1_000_000, 30_000, 500]) {
    exhaust(() => scratch.exec(`INSERT INTO taken VALUES (zeroblob(${bytes}))`));
  }
  let refusals = 0;
  for (let created = false; !created; ) {
    try {
      native.create(SLOT, GENERATION).close();
      created = true;
    } catch {
      refusals++;
      expect(native.memorySize(SLOT)).toBe(0);
      expect(native.memoryReport().memories).toEqual([]);
      statements.shift()!.finalize();
    }
  }
  expect(refusals).toBeGreaterThan(10);
  expect(native.describeSlot(SLOT)).toMatchObject({ generation: GENERATION });
});
