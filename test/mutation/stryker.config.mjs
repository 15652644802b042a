/** `npm run mutate`: changes the code in small ways and shows which changes no test notices. */
import { join } from 'node:path'

// Not UTC: code that forgets the zone must be seen.
process.env['TZ'] = 'Asia/Ho_Chi_Minh'

export default {
  mutate: [
    'shared/{erasure,intake,keys,ledger,meta,operations,person,records,replay,requests,retention}/**/*.ts',
  ],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner', join(import.meta.dirname, 'ignore.mjs')],
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  ignorers: ['texts'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Tests with an engine, on a machine that may have other work.
  timeoutMS: 8_000,
  // What is worked out when a module is loaded would meet every test.
  ignoreStatic: true,
  incremental: true,
  incrementalFile: '.data/mutation/incremental.json',
  tempDirName: '.data/mutation/tmp',
  ignorePatterns: ['.data', 'cdk.out', 'dist'],
  reporters: ['clear-text', 'progress', 'json'],
  jsonReporter: { fileName: '.data/mutation/report.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
  // TypeScript 7 has no API for the rewriting of a tsconfig.json: there is none to rewrite.
  tsconfigFile: 'none',
  allowEmpty: false,
}
