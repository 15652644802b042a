/** One person's records, page by page. */
import type { Values } from '../config/template.ts'
import { merge, valuesOf } from './identities.ts'
import { learn } from './learn.ts'
import type { Place } from './places.ts'
import { keyOf, queriesFor } from './queries.ts'
import type { Item, Key, RecordQuery, Records } from './records.ts'
import type { Work } from './work.ts'

/** Where reading goes on: the query by its number, and the key it stopped at; of a function, the call and its cursor. */
export interface Cursor {
  readonly query: number
  readonly after?: Key
  readonly token?: string
}

export interface Page {
  readonly start: Cursor
  /** The person's items, as the table holds them. */
  readonly items: readonly Item[]
  /** Items with the keys of the place that do not say whose they are: for a person to look at. */
  readonly unclear: readonly Item[]
  /** Absent after the last page. */
  readonly next?: Cursor
}

/** First pages of queries that are asked for ahead. */
const QUERIES_AHEAD = 8

/** Every item a place finds, each page read while the one before is worked on. */
export async function* pagesOf(
  { records, judge }: Work,
  place: Place,
  values: Values,
  from: Cursor = { query: 0 },
): AsyncGenerator<Page> {
  const queries = queriesFor(place, values)
  const asked = new Map<number, Promise<RawPage>>()
  const ask = (query: number): Promise<RawPage> | undefined => {
    const wanted = queries[query]
    const page = asked.get(query) ?? (wanted && inTheBackground(rawPage(records, place, wanted)))
    if (page) asked.set(query, page)
    return page
  }
  for (const [query, wanted] of queries.entries()) {
    if (query < from.query) continue
    let after = query === from.query ? from.after : undefined
    let page = after ? inTheBackground(rawPage(records, place, wanted, after)) : ask(query)
    asked.delete(query)
    while (page) {
      const start = { query, ...(after && { after }) }
      const { found, next: key } = await page
      page = key && inTheBackground(rawPage(records, place, wanted, key))
      if (!key) for (let n = 1; n <= QUERIES_AHEAD; n += 1) void ask(query + n)
      const next = key ? { query, after: key } : query + 1 < queries.length ? { query: query + 1 } : undefined
      const whose = Map.groupBy(found, (item) => judge.whose(place, item))
      yield {
        start,
        items: whose.get('mine') ?? [],
        unclear: whose.get('unclear') ?? [],
        ...(next && { next }),
      }
      after = key
    }
  }
}

interface RawPage {
  readonly found: readonly Item[]
  readonly next?: Key
}

/** An index only leads to items; what counts is what the table holds. */
async function rawPage(records: Records, place: Place, query: RecordQuery, after?: Key): Promise<RawPage> {
  const { items, next } = await records.page(query, after)
  const keys = place.index === undefined ? [] : items.map((item) => keyOf(place, item))
  const found = place.index === undefined ? items : await records.read(place.table, keys, place.attributes)
  return { found, ...(next && { next }) }
}

/** Whoever waits for it hears of its failure; nobody else does. */
function inTheBackground<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}

/** The records named by a page of parents, as their children's templates see them. */
export const childValues = ({ identities, usable }: Work, parent: Place, items: readonly Item[]): Values =>
  valuesOf(merge(identities, learn(parent, items, usable).identities))
