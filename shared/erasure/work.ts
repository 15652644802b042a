/** One person's records, page by page: what the phases of an erasure share. */
import { actionKind, type DataMap } from '../config/data-map.ts'
import type { Values } from '../config/template.ts'
import { meets } from './conditions.ts'
import { type Identities, merge, ofKinds, STORED, type Usable, valuesOf } from './identities.ts'
import { type Judge, judgeFor } from './judge.ts'
import { learn } from './learn.ts'
import type { Ask } from './outside.ts'
import type { Place, Places } from './places.ts'
import { keyOf, queriesFor } from './queries.ts'
import type { Item, Key, RecordQuery, Records } from './records.ts'

export interface Work {
  readonly map: DataMap
  /** What this request works on: by its scope. */
  readonly places: Places
  /** Every holding of the map, whatever the scope: what claims an item. */
  readonly everywhere: Places
  readonly records: Records
  /** Absent where functions are not asked. */
  readonly ask?: Ask
  readonly usable: Usable
  readonly identities: Identities
  readonly judge: Judge
  /** @param aheadMs Whether the time will be over then. */
  readonly outOfTime: (aheadMs?: number) => boolean
  /** Gives indexes the time to show what their tables have. */
  readonly settle: Settle
}

export interface Settle {
  readonly milliseconds: number
  readonly wait: () => Promise<unknown>
}

export const workOn = (basis: Omit<Work, 'judge'>): Work => ({
  ...basis,
  judge: judgeFor(basis.map, valuesOf(basis.identities)),
})

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

/**
 * The first holding in plan order, of those worked on, that would find an item: by itself, or else within a parent's
 * pages, where nobody knows whether the parent is still there.
 */
export function firstHolding({ places, judge }: Work, table: string, item: Item): Place | undefined {
  const mine = places.byTable.get(table)?.filter((place) => judge.whose(place, item) === 'mine') ?? []
  return mine.find(({ holding }) => holding.per === undefined) ?? mine[0]
}

/**
 * Whether an item names something that nobody knows yet: erased now, what it leads to could never be found.
 * `new`: the next pass will know it. `unusable`: it is no key, so a person has to look.
 */
export function lessonOf(work: Work, place: Place, item: Item): 'known' | 'new' | 'unusable' {
  if (place.lessons.length === 0) return 'known'
  const { identities, unusable } = learn(place, [item], work.usable)
  if (unusable > 0) return 'unusable'
  const isNew = Object.entries(ofKinds(work.map, identities, STORED)).some(([name, values]) =>
    values.some((value) => !work.identities[name]?.includes(value)),
  )
  return isNew ? 'new' : 'known'
}

/**
 * The holding that decides about an item that a place has found: the place itself, unless another, first in plan order
 * and of whatever scope, keeps the item or leaves it. That one finds it by itself; but what is worked within pages may
 * have lost its parent, so whoever finds it sees to it. `undefined`: nobody touches it here.
 */
export function deciderOf({ places, everywhere, judge }: Work, place: Place, item: Item): Place | undefined {
  const here = everywhere.byTable.get(place.table) ?? []
  const first = here.length > 1 ? here.find((one) => judge.whose(one, item) === 'mine') : undefined
  const isKept = first && first.name !== place.name && KEEPING.includes(actionKind(first.action))
  if (!isKept) return place
  if (first.holding.per === undefined) return undefined
  return places.byTable.get(place.table)?.find(({ name }) => name === first.name)
}

const KEEPING = ['retain', 'leave']

/** Items that a place has found, by each place that is the only way to children of theirs: its own, and those it would take away from another. */
export function parentsAmong(
  work: Work,
  place: Place,
  items: readonly Item[],
  isTaken: (item: Item) => boolean,
): readonly { readonly parent: Place; readonly items: readonly Item[] }[] {
  const parents = work.places.byTable.get(place.table)?.filter(({ children }) => children.length > 0) ?? []
  return parents.map((parent) => ({
    parent,
    items:
      parent === place
        ? items
        : items.filter((item) => work.judge.whose(parent, item) === 'mine' && isTaken(item)),
  }))
}

/** Nobody has approved that such an item is touched. */
export const isUnreviewed = ({ unreviewed }: Place, item: Item): boolean =>
  unreviewed.length > 0 && meets(item, unreviewed)

/** The company itself has put a stop to it. */
export const isHeld = ({ held }: Place, item: Item): boolean => held.length > 0 && meets(item, held)

/** The holding that an item found by a place counts under; `undefined` where it is not the place that counts it. */
export const countedUnder = (work: Work, place: Place, item: Item): Place | undefined =>
  firstHolding(work, place.table, item) === place ? deciderOf(work, place, item) : undefined

/** Whether a promise of the place is not kept yet for this item. */
export const isUnfinished = (work: Work, place: Place, item: Item): boolean =>
  work.judge.needsWork(place, item) || lessonOf(work, place, item) !== 'known'
