import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose files take longest: begun last, one of them would be waited for alone. */
const FIRST = ['/test/property/', '/test/e2e/', '/test/browser/']

const LIMIT_MS = 15 * 60_000

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      FIRST.some((folder) => moduleId.includes(folder))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

/**
 * Folders whose files share the processes, of which each loads the AWS SDK and the CDK once. So their tests leave a process as
 * they found it: environment, console, umask, and what modules keep.
 */
const TOGETHER = ['unit', 'contracts', 'infra', 'cli', 'architecture'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
)

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: TOGETHER } },
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
    ],
    globalSetup: ['test/shared-stacks.ts'],
    sequence: { sequencer: LongestFirst },
    // Tests wait for a state, on machines that may have other work: a limit only ends what hangs.
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
    expect: { poll: { timeout: LIMIT_MS, interval: 50 } },
    // What functions log is shown for failed tests only.
    silent: 'passed-only',
    pool: 'forks',
    // Many wait for engines and other processes: two files at a time would leave two cores idle for a third of the run.
    maxWorkers: 3,
  },
})
