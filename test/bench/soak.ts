/**
 * `npm run soak`: erases one person of thousands of companies that nobody has thought of. `-- RUNS SEED` for other
 * numbers than 5,000 and chance.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import fc from 'fast-check'
import pMap from 'p-map'
import { randomCompany } from '../fixtures/random/company.ts'
import { conditions, violations } from '../fixtures/random/run.ts'
import { onEngine } from '../fixtures/world/on-engine.ts'

/** The embedded engine slows down with the tables that it has ever held: each has so many companies, then it ends. */
const RUNS_OF_AN_ENGINE = 250

const [runs = '5000', given, part] = process.argv.slice(2)
const numRuns = Number(runs)
const seed = Number(given ?? Math.floor(Math.random() * 2 ** 31))
if (part === undefined) await runAll()
else await runPart()

async function runAll(): Promise<void> {
  console.log(`random companies: ${numRuns} runs with seed ${seed}`)
  const parts = Array.from({ length: Math.ceil(numRuns / RUNS_OF_AN_ENGINE) }, (_, n) => n)
  const started = performance.now()
  let tried = 0
  const codes = await pMap(
    parts,
    async (n) => {
      const size = Math.min(RUNS_OF_AN_ENGINE, numRuns - n * RUNS_OF_AN_ENGINE)
      const child = fork(import.meta.filename, [`${size}`, `${seed + n}`, 'part'])
      const [code]: unknown[] = await once(child, 'exit')
      tried += size
      console.log(`${tried} in ${((performance.now() - started) / 1000).toFixed(0)} s`)
      return code
    },
    { concurrency: availableParallelism() },
  )
  const isRight = codes.every((code) => code === 0)
  console.log(isRight ? 'nothing is wrong' : 'something is wrong: see above')
  process.exitCode = isRight ? 0 : 1
}

async function runPart(): Promise<void> {
  const { error } = console
  // What the engine logs of each run is nothing to read here.
  console.log = console.info = console.warn = console.error = () => undefined
  const world = await onEngine()
  const property = fc.asyncProperty(randomCompany(), conditions, async (company, harder) => {
    const wrong = await violations(world, company, harder)
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
  })
  const failed = await fc
    .assert(property, { numRuns, seed, endOnFailure: !('SHRINK' in process.env) })
    .catch((cause: unknown) => {
      error(`seed ${seed}, ${numRuns} runs:`, cause instanceof Error ? cause.message : cause)
      return true
    })
  process.exit(failed ? 1 : 0)
}
