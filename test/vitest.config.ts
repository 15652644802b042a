import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/shared-stacks.ts'],
    // Tests start real engines.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What functions log is shown for failed tests only.
    silent: 'passed-only',
    pool: 'forks',
    // Many wait for engines and other processes: two files at a time leave two cores idle for a third of it.
    maxWorkers: 3,
  },
})
