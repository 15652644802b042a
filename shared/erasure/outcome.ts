/** From counts by holding to what the person is told: by category, without a name of ours. */
import { add } from 'date-fns/add'
import { actionKind, type DataMap } from '../config/data-map.ts'
import { duration } from '../platform/time.ts'
import type { Counts, Outcome, Tally } from '../requests/request.ts'
import type { Erased } from './erase.ts'

export const NOTHING: Outcome = { erased: [], redacted: [], retained: [] }

type Retained = Outcome['retained'][number]

/** Adds what a pass did. Holdings that the map no longer has are left out. */
export function addCounts(map: DataMap, outcome: Outcome, counts: Counts): Outcome {
  let { erased, redacted, retained } = outcome
  for (const [name, { items, until }] of Object.entries(counts)) {
    const holding = map.holdings[name]
    if (!holding || items <= 0) continue
    const { category, action } = holding
    const kind = actionKind(action)
    if (kind === 'erase') erased = tally(erased, category, items)
    else if (kind === 'redact') redacted = tally(redacted, category, items)
    else if (action !== 'erase' && 'retain' in action) {
      retained = keep(retained, { category, items, reason: action.retain.because, ...(until && { until }) })
    }
  }
  return { erased, redacted, retained }
}

/** What was planned and is gone: what would not go counts later, and what came meanwhile was never planned. */
export const gone = (planned: Counts, { seen, left }: Pick<Erased, 'seen' | 'left'>): Counts =>
  Object.fromEntries(
    Object.entries(planned).map(([name, count]) => {
      const unplanned = Math.max((seen[name] ?? 0) - count.items, 0)
      return [name, { ...count, items: count.items - Math.max((left[name] ?? 0) - unplanned, 0) }]
    }),
  )

/** Adds when the backups of the tables touched have aged out; left out if one is unknown. */
export function withBackups(map: DataMap, outcome: Outcome, at: Date): Outcome {
  const touched = new Set([...outcome.erased, ...outcome.redacted].map(({ category }) => category))
  const kept = Object.values(map.holdings)
    .filter(
      ({ category, action }) => touched.has(category) && ['erase', 'redact'].includes(actionKind(action)),
    )
    .map(({ table }) => map.tables[table]?.backupsKeptFor ?? 'unknown')
  if (kept.length === 0 || kept.includes('unknown')) return outcome
  const ends = kept.map((iso) => add(at, duration(iso)).getTime())
  return { ...outcome, backupsExpireAt: new Date(Math.max(...ends)).toISOString() }
}

/** Counts by whether their holding is one of some. */
export function split(counts: Counts, isOne: (holding: string) => boolean): readonly [Counts, Counts] {
  const entries = Object.entries(counts)
  const only = (wanted: boolean) => Object.fromEntries(entries.filter(([name]) => isOne(name) === wanted))
  return [only(true), only(false)]
}

export const total = (counts: Counts): number =>
  Object.values(counts).reduce((sum, { items }) => sum + items, 0)

const tally = (tallies: readonly Tally[], category: string, items: number): readonly Tally[] =>
  tallies.some((one) => one.category === category)
    ? tallies.map((one) => (one.category === category ? { ...one, items: one.items + items } : one))
    : [...tallies, { category, items }]

/** One line per category and reason, with the latest end. */
function keep(lines: readonly Retained[], line: Retained): readonly Retained[] {
  const same = ({ category, reason }: Retained): boolean =>
    category === line.category && reason === line.reason
  const before = lines.find(same)
  if (!before) return [...lines, line]
  const until = [before.until, line.until]
    .filter((end) => end !== undefined)
    .sort()
    .at(-1)
  const merged = { ...line, items: before.items + line.items, ...(until && { until }) }
  return lines.map((one) => (same(one) ? merged : one))
}
