/**
 * `npm run soak`: erases one person of thousands of companies that nobody has thought of. `-- RUNS SEED` for other
 * numbers than 5,000 and chance.
 */
import fc from 'fast-check'
import { openDatabase } from '../fixtures/engine.ts'
import { randomCompany } from '../fixtures/random-company.ts'
import { conditions, stageOn, violations } from '../fixtures/random-run.ts'

const EVERY = 100

const [runs = '5000', given] = process.argv.slice(2)
const numRuns = Number(runs)
const seed = Number(given ?? Math.floor(Math.random() * 2 ** 31))
console.log(`random companies: ${numRuns} runs with seed ${seed}`)
const { log, error } = console
// What the engine logs of each run is nothing to read here.
console.log = console.info = console.warn = console.error = () => undefined

const database = await openDatabase()
const stage = stageOn(database)
const started = performance.now()
let tried = 0
const property = fc.asyncProperty(randomCompany(), conditions, async (company, harder) => {
  const wrong = await violations(stage, company, harder)
  tried += 1
  if (tried % EVERY === 0) log(`${tried} in ${((performance.now() - started) / 1000).toFixed(0)} s`)
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
})
try {
  await fc.assert(property, { numRuns, seed, endOnFailure: !('SHRINK' in process.env) })
  log('nothing is wrong')
} catch (cause) {
  error(cause instanceof Error ? cause.message : cause)
  process.exitCode = 1
}
await database.close()
