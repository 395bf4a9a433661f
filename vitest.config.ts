import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // The IC gives a canister 5 MiB of stack; Node's default of about 1 MiB would end deep recursion before the canister's own
    // guards do.
    execArgv: ['--stack-size=3900'],
    maxWorkers: 2,
  },
});
