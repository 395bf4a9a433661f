import { defineConfig } from 'vitest/config';

/** What a stranger's projects do with the packed packages. Folders are made, and packages installed, once for all files. */
export default defineConfig({
  test: {
    include: ['test/packages/**/*.test.ts'],
    globalSetup: ['test/packages/prepare.ts'],
    testTimeout: 240_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
