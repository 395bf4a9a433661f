import { describe, expect, it } from 'vitest';
import { measureNative } from '../../src/figures/topics/native';

describe('the figures of', () => {
  it('native are all met', async () => {
    const figures = await measureNative();
    expect(figures).toHaveLength(6);
    for (const { name, value, limit } of figures) {
      expect(value, name).toBeLessThanOrEqual(limit);
    }
  }, 300_000);
});
