/** `npm run bench`: what the system costs, each thing beside what it is compared with, in one run. */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { Command } from 'commander'
import { cleanup } from '../../infra/local/cleanup.ts'
import { shedUserSettings } from '../../infra/local/engines.ts'
import { measureCallback } from './callback.ts'
import { measureCold } from './cold.ts'
import { type Figures, judge } from './figures.ts'
import { report } from './report.ts'
import { openStage } from './stage.ts'
import { measureStart } from './start.ts'

shedUserSettings(process.env)
const { json } = new Command('npm run bench --')
  .description(
    'Measures the callback, cold starts, npm start and an erasure on the embedded engine; prints tables and ' +
      'writes bench.json. Exits 1 if the bundle of the callback is too big; the other goals depend on the machine.',
  )
  .option('--json', 'print what bench.json gets instead of tables')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ json?: true }>()

const tidy = cleanup()
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // npm passes on the signal that the terminal has already given us.
    if (interrupted) return
    interrupted = true
    void tidy.close().finally(() => process.exit(130))
  })
}

try {
  const figures = await measure()
  writeFileSync(new URL('../../bench.json', import.meta.url), `${JSON.stringify(figures, null, 2)}\n`)
  console.log(json ? JSON.stringify(figures, null, 2) : report(figures))
  if (figures.goals.some(({ gates, met }) => gates && !met)) process.exitCode = 1
} catch (error) {
  // What is being measured is ended first, and says so.
  if (!interrupted) console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  await tidy.close()
}

async function measure(): Promise<Figures> {
  const loadBefore = load()
  const stage = await step('building', () => openStage(tidy))
  const cold = await step('cold starts', () => measureCold(stage))
  const callback = await step('callback', () => measureCallback(stage, tidy))
  const { start, erasure } = await step('npm start', () => measureStart(tidy))
  const [{ model: cpu } = { model: 'unknown' }, ...others] = cpus()
  return {
    at: new Date().toISOString(),
    machine: { cpu, cores: others.length + 1, node: process.versions.node, loadBefore, loadAfter: load() },
    callback,
    cold,
    start,
    erasure,
    goals: judge({ callback, cold, start }),
  }
}

function load(): number {
  return Number((loadavg()[0] ?? 0).toFixed(1))
}

async function step<T>(name: string, run: () => Promise<T>): Promise<T> {
  const started = performance.now()
  process.stderr.write(`${name} … `)
  const result = await run()
  process.stderr.write(`${((performance.now() - started) / 1000).toFixed(0)} s\n`)
  return result
}
