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
  },
})
