import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests start real engines.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What functions log is shown for failed tests only.
    silent: 'passed-only',
    pool: 'forks',
    // Many wait for engines and other processes: one file at a time, as is usual on two cores, leaves half of them idle.
    maxWorkers: 2,
  },
})
