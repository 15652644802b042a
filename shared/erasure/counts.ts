/** Items by the holding they count under: what a plan found, and what became of them. */
import type { DataMap } from '../data-map/data-map.ts'
import { isTableHolding, retainOf } from '../data-map/holdings.ts'
import { mapValues } from '../data-map/map-hash.ts'
import { type ReadyMap, withChildren } from '../person/ready-map.ts'
import { defined } from '../platform/defined.ts'
import type { Count, Counts } from '../requests/outcome.ts'

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
  /** Items that a write of this request has taken away, or has changed. */
  readonly taken: Counts
  /** Items that were gone when they were to be taken: others have done it. */
  readonly vanished: ItemCounts
  /** Items that are still there. */
  readonly refused: ItemCounts
  /** Items with work that the pages of a holding had: more than were planned if some are written meanwhile. */
  readonly read: ItemCounts
  /** Items written to: progress. */
  readonly writes: number
  /** Functions that could not answer, here or when it was planned: what they hold is for a later pass. */
  readonly unanswered?: readonly string[]
}

/** What became of the items. */
type Became = Pick<EraseCounts, 'taken' | 'vanished' | 'refused'>

export const NOTHING_ERASED: EraseCounts = { taken: {}, vanished: {}, refused: {}, read: {}, writes: 0 }

const add = (a: ItemCounts, b: ItemCounts): ItemCounts => ({
  ...a,
  ...mapValues(b, (items, name) => (a[name] ?? 0) + items),
})

export const addTo = (counts: Counts, more: Counts): Counts => ({
  ...counts,
  ...mapValues(more, (count, name) => sumOf(counts[name], count)),
})

const sumOf = (a: Count = { items: 0 }, b: Count): Count => {
  const sum = (one: number | undefined, other: number | undefined) => (one ?? 0) + (other ?? 0) || undefined
  return defined({
    items: a.items + b.items,
    until: [a.until ?? [], b.until ?? []].flat().sort().at(-1),
    erased: sum(a.erased, b.erased),
    redacted: sum(a.redacted, b.redacted),
  })
}

export const plus = (a: EraseCounts, b: EraseCounts): EraseCounts => ({
  ...a,
  taken: addTo(a.taken, b.taken),
  vanished: add(a.vanished, b.vanished),
  refused: add(a.refused, b.refused),
  read: add(a.read, b.read),
  writes: a.writes + b.writes,
})

export const toCounts = (items: ItemCounts): Counts => mapValues(items, (count) => ({ items: count }))

export const unlessNone = <T>(counts: Readonly<Record<string, T>> = {}) =>
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

/**
 * What is told: items that this request took away, and those that the plan found and that stay for a reason.
 *
 * @param unsure Holdings of whose items a worker that died may have taken some, and told nobody: the plan fills in.
 */
export function outcomeOf(
  map: DataMap,
  planned: Counts,
  { taken, vanished, refused }: Became,
  {
    unsure = [],
    orphaned = {},
  }: { readonly unsure?: readonly string[]; readonly orphaned?: ItemCounts } = {},
): Counts {
  const names = [...new Set([...Object.keys(planned), ...Object.keys(taken)])]
  return Object.fromEntries(
    names.map((name): readonly [string, Count] => {
      const { [name]: found = { items: 0 } } = planned
      const { [name]: mine = { items: 0 } } = taken
      const still = refused[name] ?? 0
      const holding = map.holdings[name]
      if (holding && isTableHolding(holding) && retainOf(holding.action)) {
        const { erased = 0, redacted = 0 } = mine
        const kept = Math.max(found.items - (found.erased ?? 0) - still, 0)
        return [name, { ...found, items: kept + erased + redacted, erased, redacted }]
      }
      const others = still + (vanished[name] ?? 0) + (orphaned[name] ?? 0)
      const planFills = unsure.includes(name) ? found.items - others : 0
      return [name, { ...mine, items: Math.max(mine.items, planFills) }]
    }),
  )
}

/** What is gone for good, whatever becomes of the rest. */
export const goneOf = (map: DataMap, counts: Became): Counts => outcomeOf(map, {}, counts)

const someOf = (counts: readonly (readonly [holding: string, items: number])[]): ItemCounts =>
  Object.fromEntries(counts.filter(([, items]) => items > 0))

/**
 * Children that were planned and not met, because their parents had been deleted by others in between: nothing leads to
 * them any more. A crash may hide children that were met, never parents.
 */
export function orphanedIn({ roots }: Pick<ReadyMap, 'roots'>, planned: Counts, counts: Became): ItemCounts {
  const met = (name: string): number =>
    (counts.taken[name]?.items ?? 0) + (counts.vanished[name] ?? 0) + (counts.refused[name] ?? 0)
  const missed = (name: string): number => {
    const { items = 0, erased = 0 } = planned[name] ?? {}
    return items - met(name) - (isRetained(name) ? items - erased : 0)
  }
  // Retained ones need no work, so the erase phase does not meet them.
  const retained = roots.flatMap(withChildren).filter(({ action }) => retainOf(action))
  const isRetained = (name: string): boolean => retained.some((one) => one.name === name)
  const children = roots
    .filter(({ name }) => missed(name) > 0)
    .flatMap((parent) => parent.children.flatMap(withChildren))
  return someOf(children.map(({ name }) => [name, missed(name)]))
}

/** Without those that a later plan has found after all. */
export const stillOrphaned = (orphaned: ItemCounts, planned: Counts): ItemCounts =>
  someOf(Object.entries(orphaned).map(([name, items]) => [name, items - (planned[name]?.items ?? 0)]))
