/** From counts by holding to the outcome that the person is told: by category, without names of tables or holdings. */
import { isDeepStrictEqual } from 'node:util'
import { add } from 'date-fns/add'
import type { DataMap, Holding } from '../data-map/data-map.ts'
import { actionKind, isFunctionHolding, isTableHolding, retainOf } from '../data-map/holdings.ts'
import { mapValues } from '../data-map/map-hash.ts'
import { defined } from '../platform/defined.ts'
import { duration } from '../platform/time.ts'
import type { Counts, Outcome, Retained, Tally } from '../requests/outcome.ts'
import type { Residue } from '../requests/problem.ts'
import { type ItemCounts, split, unlessNone } from './counts.ts'

export const NOTHING: Outcome = { erased: [], redacted: [], retained: [] }

/** Adds what a pass did. Holdings that the map no longer has are left out. */
export function addCounts(map: DataMap, outcome: Outcome, counts: Counts): Outcome {
  let { erased, redacted, retained } = outcome
  for (const [name, count] of Object.entries(counts)) {
    const holding = map.holdings[name]
    if (!holding) continue
    const { category } = holding
    const action = isTableHolding(holding) ? holding.action : 'erase'
    const { items, until, erased: over = 0, redacted: reduced = 0 } = count
    const retain = retainOf(action)
    if (retain) {
      const { because: reason, ends } = retain
      const end = ends.by === 'owner' ? ends : { by: ends.by }
      const kept = items - over - reduced
      erased = tally(erased, category, over)
      redacted = tally(redacted, category, reduced)
      retained = keep(retained, { category, items: kept, reason, ends: [end], ...(until && { until }) })
    } else if (action === 'erase') {
      erased = tally(erased, category, items - reduced)
      redacted = tally(redacted, category, reduced)
    } else if (actionKind(action) === 'redact') redacted = tally(redacted, category, items)
  }
  return { erased, redacted, retained }
}

/** Adds when the backups of the tables touched have aged out; left out if one is unknown. */
export function withBackups(map: DataMap, outcome: Outcome, at: Date): Outcome {
  const touched = new Set(
    [...outcome.erased, ...outcome.redacted, ...outcome.retained].map(({ category }) => category),
  )
  const erased = outcome.erased.map(({ category }) => category)
  const kept = Object.values(map.holdings)
    .filter(({ category }) => touched.has(category))
    .filter((holding) => changes(holding) || erased.includes(holding.category))
    .map((holding) => (isTableHolding(holding) && map.tables[holding.table]?.backupsKeptFor) || 'unknown')
  if (kept.length === 0 || kept.includes('unknown')) return outcome
  const ends = kept.map((iso) => add(at, duration(iso)).getTime())
  return { ...outcome, backupsExpireAt: new Date(Math.max(...ends)).toISOString() }
}

/** Retained items change too, if only some of their attributes are kept. */
function changes(holding: Holding): boolean {
  if (!isTableHolding(holding) || holding.action === 'erase') return true
  return (
    'redact' in holding.action || ('retain' in holding.action && holding.action.retain.keep !== undefined)
  )
}

const tally = (tallies: readonly Tally[], category: string, items: number): readonly Tally[] =>
  items === 0
    ? tallies
    : tallies.some((one) => one.category === category)
      ? tallies.map((one) => (one.category === category ? { ...one, items: one.items + items } : one))
      : [...tallies, { category, items }]

/** One line per category and reason, with the latest end. */
function keep(lines: readonly Retained[], line: Retained): readonly Retained[] {
  if (line.items === 0) return lines
  const same = ({ category, reason }: Retained): boolean =>
    category === line.category && reason === line.reason
  const before = lines.find(same)
  if (!before) return [...lines, line]
  const until = [before.until ?? [], line.until ?? []].flat().sort().at(-1)
  const newEnds = line.ends.filter((end) => !before.ends.some((known) => isDeepStrictEqual(known, end)))
  const ends = [...before.ends, ...newEnds]
  const merged = { ...line, items: before.items + line.items, ends, ...(until && { until }) }
  return lines.map((one) => (same(one) ? merged : one))
}

const heldByFunctions = ({ holdings }: DataMap, counts: Counts): Counts => {
  const [held] = split(counts, (name) => holdings[name] !== undefined && isFunctionHolding(holdings[name]))
  return held
}

/** At least what is owed: items that are no longer found were there all the same. */
export const withOwed = (planned: Counts, owedByFunctions: ItemCounts = {}): Counts => ({
  ...planned,
  ...mapValues(owedByFunctions, (items, name) => ({ items: Math.max(items, planned[name]?.items ?? 0) })),
})

/** After a look: items that are gone are done, the others owed; all of them, if the look failed. */
export function countGone(
  map: DataMap,
  { planned, done }: { readonly planned: Counts; readonly done: Outcome },
  residue: readonly Residue[],
): { readonly done: Outcome; readonly owedByFunctions?: ItemCounts } {
  const owed: Record<string, number> = {}
  const gone: Record<string, { readonly items: number }> = {}
  for (const [name, { items }] of Object.entries(heldByFunctions(map, planned))) {
    const lines = residue.filter(({ holding }) => holding === name)
    const left = lines.some(({ why }) => why === 'function_failed')
      ? items
      : lines.reduce((sum, line) => sum + (line.why === 'not_done' ? line.items : 0), 0)
    gone[name] = { items: items - Math.min(left, items) }
    if (left > 0) owed[name] = left
  }
  return defined({ done: addCounts(map, done, gone), owedByFunctions: unlessNone(owed) })
}

/** Items that a checkpoint of another map still owes. */
export function owedBy(map: DataMap, planned: Counts, owedByFunctions?: ItemCounts): ItemCounts | undefined {
  const held = heldByFunctions(map, withOwed(planned, owedByFunctions))
  return unlessNone(mapValues(held, ({ items }) => items))
}
