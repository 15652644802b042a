/**
 * The tests that mutants meet: those of one module, those of whole companies in memory, and those of the adapters over the
 * embedded engine, which take a change ten seconds. What only the other tests hold counts as unnoticed here.
 */

import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Fast ones first: the first test that fails ends the run of a mutant. */
const FILES = [
  'test/unit/**/*.test.ts',
  'test/contracts/ledger.test.ts',
  'test/contracts/records.test.ts',
  'test/contracts/company-functions-lambda.test.ts',
]

/** Seconds each: a change that nobody notices would take three times as long. */
const SLOW = ['test/unit/erasure/{engine-in-memory,killed-worker}.test.ts']

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // A unit test is named by no file of the list: -1, and so first.
    const rank = ({ moduleId }: TestSpecification): number =>
      FILES.findIndex((name) => moduleId.endsWith(name))
    return files.toSorted((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    include: FILES,
    exclude: SLOW,
    sequence: { sequencer: InOrder },
    // One process loads the AWS SDK once for all files; each mutant has a process of its own.
    isolate: false,
    testTimeout: 10_000,
    hookTimeout: 10_000,
    silent: true,
  },
})
