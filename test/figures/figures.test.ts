import { describe, expect, it } from 'vitest';
import { measureCatalog } from '../../src/figures/topics/catalog';
import { measureMemory } from '../../src/figures/topics/memory';
import { measureNative } from '../../src/figures/topics/native';
import { measureReplica } from '../../src/figures/topics/replica';
import { measureScattered } from '../../src/figures/topics/scattered';
import { measureSql } from '../../src/figures/topics/sql';
import { measureStorage } from '../../src/figures/topics/storage';

describe('the figures of', () => {
  it.each([
    ['native', measureNative, 7],
    ['catalog', measureCatalog, 5],
    ['replica', measureReplica, 3],
    ['scattered archives', measureScattered, 10],
    ['memory', measureMemory, 11],
    ['sql', measureSql, 16],
    ['storage', measureStorage, 19],
  ])(
    '%s are all met',
    async (_, measure, count) => {
      const figures = await measure();
      expect(figures).toHaveLength(count);
      for (const { name, value, limit } of figures) {
        expect(value, name).toBeLessThanOrEqual(limit);
      }
    },
    300_000,
  );
});
