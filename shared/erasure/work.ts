/** One person's records, page by page: what the phases of an erasure share. */
import { actionKind, type DataMap } from '../config/data-map.ts'
import type { Values } from '../config/template.ts'
import { needsWork } from './actions.ts'
import { type Identities, merge, ofKinds, STORED, type Usable, valuesOf } from './identities.ts'
import { learn } from './learn.ts'
import { type Matcher, matcher } from './matching.ts'
import { keyOf, type Place, type Places, queriesFor } from './places.ts'
import type { Item, Key, Records } from './records.ts'

export interface Work {
  readonly map: DataMap
  /** What this request works on: by its scope. */
  readonly places: Places
  /** Every holding of the map, whatever the scope: what claims an item. */
  readonly everywhere: Places
  readonly records: Records
  readonly usable: Usable
  readonly identities: Identities
  readonly whose: Matcher
  readonly outOfTime: () => boolean
}

export const workOn = (basis: Omit<Work, 'whose'>): Work => ({
  ...basis,
  whose: matcher(basis.map, valuesOf(basis.identities)),
})

/** Where reading goes on: the query by its number, and the key it stopped at. */
export interface Cursor {
  readonly query: number
  readonly after?: Key
}

export interface Page {
  /** The person's items, as the table holds them. */
  readonly items: readonly Item[]
  /** Items with the keys of the place that do not say whose they are: for a person to look at. */
  readonly unclear: readonly Item[]
  /** Absent after the last page. */
  readonly next?: Cursor
}

/** Every item a place finds. An index only leads to items; what counts is what the table holds. */
export async function* pagesOf(
  { records, whose }: Work,
  place: Place,
  values: Values,
  from: Cursor = { query: 0 },
): AsyncGenerator<Page> {
  const queries = queriesFor(place, values)
  for (const [n, query] of queries.entries()) {
    if (n < from.query) continue
    let after = n === from.query ? from.after : undefined
    do {
      const page = await records.page(query, after)
      after = page.next
      const next = after ? { query: n, after } : n + 1 < queries.length ? { query: n + 1 } : undefined
      const keys = page.items.map((item) => keyOf(place, item))
      const found =
        place.index === undefined ? page.items : await records.read(place.table, keys, place.attributes)
      yield {
        items: found.filter((item) => whose(place, item) === 'mine'),
        unclear: found.filter((item) => whose(place, item) === 'unclear'),
        ...(next && { next }),
      }
    } while (after)
  }
}

/** The records named by a page of parents, as their children's templates see them. */
export const childValues = ({ identities, usable }: Work, parent: Place, items: readonly Item[]): Values =>
  valuesOf(merge(identities, learn(parent, items, usable).identities))

/** The first holding in plan order, of those worked on, that would find an item. */
export const firstHolding = ({ places, whose }: Work, table: string, item: Item): Place | undefined =>
  places.all.find((place) => place.table === table && whose(place, item) === 'mine')

/**
 * Whether an item names something that nobody knows yet: erased now, what it leads to could never be found.
 * `new`: the next pass will know it. `unusable`: it is no key, so a person has to look.
 */
export function lessonOf(work: Work, place: Place, item: Item): 'known' | 'new' | 'unusable' {
  if (!place.holding.learns) return 'known'
  const { identities, unusable } = learn(place, [item], work.usable)
  if (unusable > 0) return 'unusable'
  const isNew = Object.entries(ofKinds(work.map, identities, STORED)).some(([name, values]) =>
    values.some((value) => !work.identities[name]?.includes(value)),
  )
  return isNew ? 'new' : 'known'
}

/** Whether another holding, first in plan order and of whatever scope, keeps the item or leaves it: nobody else touches it. */
export function isKeptElsewhere({ everywhere, whose }: Work, place: Place, item: Item): boolean {
  const first = everywhere.all.find((one) => one.table === place.table && whose(one, item) === 'mine')
  return (
    first !== undefined && first.name !== place.name && ['retain', 'leave'].includes(actionKind(first.action))
  )
}

export const countsUnder = (work: Work, place: Place, item: Item): boolean =>
  firstHolding(work, place.table, item) === place && !isKeptElsewhere(work, place, item)

/** Whether a promise of the place is not kept yet for this item. */
export const isUnfinished = (work: Work, place: Place, item: Item): boolean =>
  needsWork(place, item) || lessonOf(work, place, item) !== 'known'
