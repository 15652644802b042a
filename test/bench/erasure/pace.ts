/** Whether the engine keeps to what a table allows: its writes by DynamoDB's own account, in windows of ten seconds. */
import type { Cleanup } from '../../../infra/local/state/cleanup.ts'
import { rounded } from '../statistics.ts'
import { busiestWindow } from './consumed-capacity.ts'
import { preparePerson, startContestant } from './contestants.ts'

export interface PaceFigures {
  readonly limit: number
  readonly items: number
  readonly seconds: number
  /** Units a second in the busiest ten seconds. */
  readonly busiest: number
  /** Units a second over the whole time: how much of the limit was used. */
  readonly average: number
}

const UNITS_PER_SECOND = 300
const WINDOW_MS = 10_000
/** Two units each, table and index: 25 seconds' worth, so that the windows move. */
const ITEMS = 3750

export async function measurePace(tidy: Cleanup): Promise<PaceFigures> {
  const tables = await preparePerson(ITEMS, tidy)
  const engine = startContestant(
    { name: 'engine', concurrency: 1, pace: UNITS_PER_SECOND },
    { tables, items: ITEMS, tidy },
  )
  const { ms, consumed = [] } = await engine.run({ meterWrites: true })
  await engine.end()
  tables.remove()
  const units = consumed.reduce((sum, one) => sum + one.units, 0)
  return {
    limit: UNITS_PER_SECOND,
    items: ITEMS,
    seconds: rounded(ms / 1000, 1),
    busiest: Math.round(busiestWindow(consumed, WINDOW_MS)),
    average: Math.round((units / ms) * 1000),
  }
}
