/** Items by the holding they count under: what a plan found, what the erase phase met, and what became of them. */
import { actionKind } from '../data-map/holdings.ts'
import { mapValues } from '../data-map/map-hash.ts'
import { type ReadyHolding, type ReadyMap, withChildren } from '../person/ready-map.ts'
import type { Counts } from '../requests/outcome.ts'

export type ItemCounts = Readonly<Record<string, number>>

/** What a plan has found so far. */
export interface Planned {
  readonly counts: Counts
  /** Holdings with items that the operator has to approve. */
  readonly flagged: readonly string[]
  /** Functions that could not answer. */
  readonly unanswered: readonly string[]
}

/** What the erase phase has done so far. */
export interface EraseCounts {
  /** Items that were there to be worked on: more than were planned if some were written meanwhile. */
  readonly met: ItemCounts
  /** Items that are still there. */
  readonly refused: ItemCounts
  /** Items written to: progress. */
  readonly writes: number
  /** Functions that could not answer, here or when it was planned: what they hold is for a later pass. */
  readonly unanswered?: readonly string[]
}

export const NOTHING_ERASED: EraseCounts = { met: {}, refused: {}, writes: 0 }

export const add = (a: ItemCounts, b: ItemCounts): ItemCounts => ({
  ...a,
  ...mapValues(b, (items, name) => (a[name] ?? 0) + items),
})

export const plus = (a: EraseCounts, b: EraseCounts): EraseCounts => ({
  ...a,
  met: add(a.met, b.met),
  refused: add(a.refused, b.refused),
  writes: a.writes + b.writes,
})

export const unlessNone = (counts: ItemCounts = {}): ItemCounts | undefined =>
  Object.keys(counts).length > 0 ? counts : undefined

export const total = (counts: Counts): number =>
  Object.values(counts).reduce((sum, { items }) => sum + items, 0)

/** @returns The counts of the holdings that are meant, and those of the others. */
export function split<T>(
  counts: Readonly<Record<string, T>>,
  isOne: (holding: string) => boolean,
): readonly [Readonly<Record<string, T>>, Readonly<Record<string, T>>] {
  const entries = Object.entries(counts)
  const only = (wanted: boolean) => Object.fromEntries(entries.filter(([name]) => isOne(name) === wanted))
  return [only(true), only(false)]
}

/** Items that were planned and are gone: refused ones count in a later pass, and those written meanwhile were not planned. */
export const gone = (planned: Counts, { met, refused }: Pick<EraseCounts, 'met' | 'refused'>): Counts =>
  mapValues(planned, (count, name) => {
    const unplanned = Math.max((met[name] ?? 0) - count.items, 0)
    const still = Math.max((refused[name] ?? 0) - unplanned, 0)
    return { ...count, items: Math.max(count.items - still, 0) }
  })

const someOf = (counts: readonly (readonly [holding: string, items: number])[]): ItemCounts =>
  Object.fromEntries(counts.filter(([, items]) => items > 0))

/** Items that were planned and not met. Retained ones need no work, so the erase phase does not meet them. */
const missedIn =
  (planned: Counts, met: ItemCounts) =>
  ({ name, action }: ReadyHolding): readonly [string, number] => [
    name,
    actionKind(action) === 'retain' ? 0 : (planned[name]?.items ?? 0) - (met[name] ?? 0),
  ]

/** Items that an index showed to the plan and not to the erase phase: nobody can say yet whether they are gone. */
export const notMetIn = ({ roots }: Pick<ReadyMap, 'roots'>, planned: Counts, met: ItemCounts): ItemCounts =>
  someOf(roots.filter(({ index }) => index !== undefined).map(missedIn(planned, met)))

/**
 * Children that were planned and not met, because their parents had been deleted by others in between: nothing leads to
 * them any more. A crash may hide children that were met, never parents.
 */
export function orphanedIn({ roots }: Pick<ReadyMap, 'roots'>, planned: Counts, met: ItemCounts): ItemCounts {
  const missed = missedIn(planned, met)
  const children = roots
    .filter((parent) => missed(parent)[1] > 0)
    .flatMap((parent) => parent.children.flatMap(withChildren))
  return someOf(children.map(missed))
}

/** Without those that a later plan has found after all. */
export const stillOrphaned = (orphaned: ItemCounts, planned: Counts): ItemCounts =>
  someOf(Object.entries(orphaned).map(([name, items]) => [name, items - (planned[name]?.items ?? 0)]))
