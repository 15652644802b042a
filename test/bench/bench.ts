/** `npm run bench`: what the system costs, each thing beside what it is compared with, in one run. */
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { Command, Option } from 'commander'
import { shedUserSettings } from '../../infra/local/engines/engines.ts'
import { cleanup } from '../../infra/local/state/cleanup.ts'
import { measureCallback } from './callback.ts'
import { measureCold } from './cold.ts'
import { measureDoors } from './doors.ts'
import type { EraserFigures } from './erasure/goals.ts'
import { measureManyPeople } from './erasure/many-people.ts'
import { measureOnePerson } from './erasure/one-person.ts'
import { measurePace } from './erasure/pace.ts'
import { type Figures, judge, type Measured, PARTS, type Part } from './figures.ts'
import { measureMail } from './mail.ts'
import { measurePages } from './pages.ts'
import { report } from './report.ts'
import { openStage } from './stage.ts'
import { measureStart } from './start.ts'

shedUserSettings(process.env)
const { json, only, large } = new Command('npm run bench --')
  .description(
    'Measures the callback, cold starts, npm start, mail and the eraser on the embedded engine, each beside what it is ' +
      'compared with; prints tables and writes bench.json. Takes about seven minutes. Exits 1 if the bundle of the ' +
      'callback is too big; the other goals depend on the machine.',
  )
  .option('--json', 'print what bench.json gets instead of tables')
  .addOption(new Option('--only <parts...>', 'measure these parts only').choices(PARTS).default(PARTS, 'all'))
  .option('--large', 'also erase a person with a million items: about twenty minutes more')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ json?: true; only: readonly Part[]; large?: true }>()

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
  const measured = await measureParts()
  const [{ model: cpu } = { model: 'unknown' }, ...others] = cpus()
  return {
    at: new Date().toISOString(),
    machine: { cpu, cores: others.length + 1, node: process.versions.node, loadBefore, loadAfter: load() },
    ...measured,
    goals: judge(measured),
  }
}

async function measureParts(): Promise<Measured> {
  const wants = (part: Part): boolean => only.includes(part)
  const stage =
    wants('cold') || wants('callback') || wants('pages')
      ? await step('building', () => openStage(tidy))
      : undefined
  const cold = stage && wants('cold') ? await step('cold starts', () => measureCold(stage)) : undefined
  const callback =
    stage && wants('callback') ? await step('callback', () => measureCallback(stage, tidy)) : undefined
  const pages = stage && wants('pages') ? await step('pages', () => measurePages(stage)) : undefined
  const started = wants('start') ? await step('npm start', () => measureStart(tidy)) : undefined
  const mail = wants('mail') ? await step('mail', () => measureMail(tidy)) : undefined
  const doors = wants('doors') ? await step('the other doors', () => measureDoors(tidy)) : undefined
  const eraser = wants('erasure') ? await measureEraser() : undefined
  return {
    ...(callback && { callback }),
    ...(pages && { pages }),
    ...(cold && { cold }),
    ...started,
    ...(mail && { mail }),
    ...(doors && { doors }),
    ...(eraser && { eraser }),
  }
}

async function measureEraser(): Promise<EraserFigures> {
  const progress = (line: string): void => void process.stderr.write(`\n  ${line} … `)
  return {
    onePerson: await step('one person', () => measureOnePerson({ tidy, large: large === true, progress })),
    pace: await step('pace', () => measurePace(tidy)),
    manyPeople: await step('many people', () => measureManyPeople(tidy)),
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
