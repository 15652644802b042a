/** One person's records, page by page: what the phases of an erasure share. */
import type { DataMap } from '../config/data-map.ts'
import type { Values } from '../config/template.ts'
import { type Identities, learn, merge, type Usable, valuesOf } from './identities.ts'
import { keyOf, type Matcher, matcher, type Place, type Places, queriesFor } from './places.ts'
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
  readonly matches: Matcher
  readonly outOfTime: () => boolean
}

export const workOn = (basis: Omit<Work, 'matches'>): Work => ({
  ...basis,
  matches: matcher(basis.map, valuesOf(basis.identities)),
})

/** Where reading goes on: the query by its number, and the key it stopped at. */
export interface Cursor {
  readonly query: number
  readonly after?: Key
}

export interface Page {
  /** The person's items, as the table holds them. */
  readonly items: readonly Item[]
  /** Absent after the last page. */
  readonly next?: Cursor
}

/** Every item a place finds. An index only leads to items; what counts is what the table holds. */
export async function* pagesOf(
  { records, matches }: Work,
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
      const items =
        place.index === undefined ? page.items : await records.read(place.table, keys, place.attributes)
      yield { items: items.filter((item) => matches(place, item)), ...(next && { next }) }
    } while (after)
  }
}

/** The records named by a page of parents, as their children's templates see them. */
export const childValues = ({ identities, usable }: Work, parent: Place, items: readonly Item[]): Values =>
  valuesOf(merge(identities, learn(parent.holding.learns ?? {}, items, usable).identities))

/** The holding an item counts under: the first in plan order that would find it. */
export const firstHolding = ({ places, matches }: Work, table: string, item: Item): Place | undefined =>
  places.all.find((place) => place.table === table && matches(place, item))
