/** From counts by holding to what the person is told: by category, without a name of ours. */

import { isDeepStrictEqual } from 'node:util'
import { add } from 'date-fns/add'
import type { DataMap, Holding } from '../data-map/data-map.ts'
import { actionKind, isTableHolding } from '../data-map/holdings.ts'
import { type ReadyHolding, type ReadyMap, withChildren } from '../person/ready-map.ts'
import { duration } from '../platform/time.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import type { Counts, Outcome, Retained, Tally } from '../requests/outcome.ts'
import type { Residue } from '../requests/problem.ts'
import type { EraseCounts } from './erase-counts.ts'

export const NOTHING: Outcome = { erased: [], redacted: [], retained: [] }

/** Adds what a pass did. Holdings that the map no longer has are left out. */
export function addCounts(map: DataMap, outcome: Outcome, counts: Counts): Outcome {
  let { erased, redacted, retained } = outcome
  for (const [name, { items, until }] of Object.entries(counts)) {
    const holding = map.holdings[name]
    if (!holding || items === 0) continue
    const { category } = holding
    const action = isTableHolding(holding) ? holding.action : 'erase'
    const kind = actionKind(action)
    if (kind === 'erase') erased = tally(erased, category, items)
    else if (kind === 'redact') redacted = tally(redacted, category, items)
    else if (action !== 'erase' && 'retain' in action) {
      const { because: reason, ends } = action.retain
      const end = ends.by === 'owner' ? ends : { by: ends.by }
      retained = keep(retained, { category, items, reason, ends: [end], ...(until && { until }) })
    }
  }
  const isThere = ({ items }: Tally): boolean => items > 0
  return {
    erased: erased.filter(isThere),
    redacted: redacted.filter(isThere),
    retained: retained.filter(isThere),
  }
}

/** What was planned and is gone: what would not go counts later, and what came meanwhile was never planned. */
export const gone = (planned: Counts, { seen, left }: Pick<EraseCounts, 'seen' | 'left'>): Counts =>
  Object.fromEntries(
    Object.entries(planned).map(([name, count]) => {
      const unplanned = Math.max((seen[name] ?? 0) - count.items, 0)
      const still = Math.max((left[name] ?? 0) - unplanned, 0)
      return [name, { ...count, items: Math.max(count.items - still, 0) }]
    }),
  )

/** What an index showed to the plan and not to the erase phase: nobody can say yet whether it is gone. */
export const unmetIn = (
  { roots }: Pick<ReadyMap, 'roots'>,
  planned: Counts,
  seen: EraseCounts['seen'],
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    roots.flatMap(({ name, index, action }) => {
      // What is kept needs no work, so it is not met by it.
      if (index === undefined || actionKind(action) === 'retain') return []
      const unmet = (planned[name]?.items ?? 0) - (seen[name] ?? 0)
      return unmet > 0 ? [[name, unmet]] : []
    }),
  )

/**
 * Children that were planned and never met, of parents that went by themselves in between: the only way to them is
 * gone. A crash may hide children that were met, never parents.
 */
export function strandedIn(
  { roots }: Pick<ReadyMap, 'roots'>,
  planned: Counts,
  seen: EraseCounts['seen'],
): Readonly<Record<string, number>> {
  const unmet = ({ name, action }: ReadyHolding): number =>
    actionKind(action) === 'retain' ? 0 : (planned[name]?.items ?? 0) - (seen[name] ?? 0)
  const children = roots
    .filter((parent) => unmet(parent) > 0)
    .flatMap((parent) => parent.children.flatMap(withChildren))
  return Object.fromEntries(
    children.filter((child) => unmet(child) > 0).map((child) => [child.name, unmet(child)]),
  )
}

/** What a later plan has found after all is not lost. */
export const stillStranded = (stranded: Readonly<Record<string, number>>, planned: Counts) =>
  Object.fromEntries(
    Object.entries(stranded)
      .map(([name, items]) => [name, items - (planned[name]?.items ?? 0)] as const)
      .filter(([, items]) => items > 0),
  )

/** Takes back what was counted as gone and is found again: the next pass counts it. */
export function withoutMissed(
  map: DataMap,
  at: Pick<Checkpoint, 'planned' | 'done' | 'unmet'>,
  residue: readonly Residue[],
): Pick<Checkpoint, 'planned' | 'done'> {
  const again = Object.entries(at.unmet ?? {}).map(([name, unmet]) => {
    const left = residue.reduce((sum, { holding, items }) => sum + (holding === name ? items : 0), 0)
    return [name, Math.min(unmet, left)] as const
  })
  return { ...at, done: withoutUnmet(map, { done: at.done, unmet: Object.fromEntries(again) }) }
}

/** Takes back what was counted as gone and was not met. */
export const withoutUnmet = (
  map: DataMap,
  { done, unmet = {} }: Pick<Checkpoint, 'done' | 'unmet'>,
): Outcome => {
  const missed = Object.entries(unmet).map(([name, items]) => [name, { items: -items }] as const)
  return addCounts(map, done, Object.fromEntries(missed))
}

/** Adds when the backups of the tables touched have aged out; left out if one is unknown. */
export function withBackups(map: DataMap, outcome: Outcome, at: Date): Outcome {
  const touched = new Set(
    [...outcome.erased, ...outcome.redacted, ...outcome.retained].map(({ category }) => category),
  )
  const kept = Object.values(map.holdings)
    .filter((holding) => touched.has(holding.category) && changes(holding))
    .map((holding) => (isTableHolding(holding) && map.tables[holding.table]?.backupsKeptFor) || 'unknown')
  if (kept.length === 0 || kept.includes('unknown')) return outcome
  const ends = kept.map((iso) => add(at, duration(iso)).getTime())
  return { ...outcome, backupsExpireAt: new Date(Math.max(...ends)).toISOString() }
}

/** What is cut down to what its reason needs is changed as well. */
function changes(holding: Holding): boolean {
  if (!isTableHolding(holding) || holding.action === 'erase') return true
  return (
    'redact' in holding.action || ('retain' in holding.action && holding.action.retain.keep !== undefined)
  )
}

/** By whether the holding is one of some. */
export function split<T>(
  counts: Readonly<Record<string, T>>,
  isOne: (holding: string) => boolean,
): readonly [Readonly<Record<string, T>>, Readonly<Record<string, T>>] {
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
  const newEnds = line.ends.filter((end) => !before.ends.some((known) => isDeepStrictEqual(known, end)))
  const ends = [...before.ends, ...newEnds]
  const merged = { ...line, items: before.items + line.items, ends, ...(until && { until }) }
  return lines.map((one) => (same(one) ? merged : one))
}
