/** One person's records, page by page. */
import type { Item, Key, RecordQuery, Records } from '../records/records.ts'
import { COMBINED, combinedWithout } from './combinations.ts'
import { type Identities, merge } from './identities.ts'
import { learn } from './item-identities.ts'
import { ownershipIn } from './judge.ts'
import { isKeptApart } from './kept-values.ts'
import { keyOf, queriesFor } from './queries.ts'
import type { ReadyHolding } from './ready-map.ts'
import type { Work } from './work.ts'

/** Where reading goes on: in which query, after which key; of a company's function, in which call, with its token. */
export interface Cursor {
  readonly query: number
  readonly after?: Key
  readonly token?: string
}

/** The same, in a holding; from its first page without one. */
export interface HoldingCursor {
  readonly holding: string
  readonly cursor?: Cursor
}

export interface Page {
  readonly start: Cursor
  /** The person's items, as the table holds them. */
  readonly items: readonly Item[]
  /** Items with the holding's keys but without the owner attribute: a person has to look at them. */
  readonly unclear: readonly Item[]
  /** The same, with an owner attribute that names nobody. */
  readonly unreadable: readonly Item[]
  /** Absent after the last page. */
  readonly next?: Cursor
}

/** How many queries are sent ahead, each for its first page. */
const QUERIES_AHEAD = 8
/**
 * Behind the keys that an index has given to these, so many items at most are read before the turn of their query comes:
 * each may have 400 KB.
 */
const ITEMS_AHEAD = 20
/** With so much behind its keys, a page of an index ends: some 20 items of 400 KB. */
const PAGE_WEIGHT = 8_000_000

/** Every item that a holding finds; each page is read while the one before is worked on. */
export async function* pagesOf(...about: Parameters<typeof pagesInTurn>): AsyncGenerator<Page> {
  for await (const page of pagesInTurn(...about)) {
    page.readAhead()
    yield page
  }
}

/** The same for a caller that has to write before the next page is read: it calls `readAhead` itself. */
export async function* pagesInTurn(
  { records, usable, now }: Work,
  holding: ReadyHolding,
  identities: Identities,
  from?: Cursor,
): AsyncGenerator<Page & Ahead> {
  const read = (query: RecordQuery, after?: Key) => readPage(records, holding, query, after)
  const ownershipOf = ownershipIn(holding, { identities, usable, now })
  for await (const { answer, ...where } of answersTo(queriesFor(holding, identities), read, from)) {
    const { mine = [], unclear = [], unreadable = [] } = Object.groupBy(answer.items, ownershipOf)
    yield { ...where, items: mine, unclear, unreadable }
  }
}

/** How many items the queries of a holding find, page by page. */
export async function* countsOf(
  { records }: Work,
  holding: ReadyHolding,
  identities: Identities,
  from?: Cursor,
): AsyncGenerator<{ readonly items: number; readonly next?: Cursor }> {
  const ask = async (query: RecordQuery, after?: Key) => atOnce(await records.count(query, after))
  for await (const { answer, next, readAhead } of answersTo(queriesFor(holding, identities), ask, from)) {
    readAhead()
    yield { items: answer.items, ...(next && { next }) }
  }
}

interface Ahead {
  /** Sends for what comes next, once. */
  readonly readAhead: () => void
}

type Answered<T> = Ahead & { readonly start: Cursor; readonly answer: T; readonly next?: Cursor }

/** What a query has given: an index gives keys, and their items are still to be read. */
interface Given<T> {
  readonly keys: number
  /** Reads the items, once. */
  readonly whole: () => Promise<T>
}

const atOnce = <T>(answer: T): Given<T> => ({ keys: 0, whole: async () => answer })

async function* answersTo<T extends { readonly next?: Key }>(
  queries: readonly RecordQuery[],
  ask: (query: RecordQuery, after?: Key) => Promise<Given<T>>,
  from: Cursor = { query: 0 },
): AsyncGenerator<Answered<T>> {
  const asked = new Map<number, Promise<Given<T>>>()
  const first = (query: number): Promise<Given<T>> | undefined => {
    const wanted = queries[query]
    const given = asked.get(query) ?? (wanted && inTheBackground(ask(wanted)))
    if (given) asked.set(query, given)
    return given
  }
  /** How many keys the queries that are read ahead have. */
  const ahead = new Map<number, number>()
  const readFirst = async (query: number, isNext: boolean): Promise<void> => {
    const given = await first(query)
    if (!given || !asked.has(query)) return
    const others = ahead.entries().reduce((sum, [one, keys]) => (one === query ? sum : sum + keys), 0)
    if (!isNext && others + given.keys > ITEMS_AHEAD) return
    ahead.set(query, given.keys)
    await given.whole()
  }
  for (const [query, wanted] of queries.entries()) {
    if (query < from.query) continue
    let after = query === from.query ? from.after : undefined
    let coming = after ? inTheBackground(ask(wanted, after)) : first(query)
    while (coming) {
      const given = await coming
      asked.delete(query)
      ahead.delete(query)
      const answer = await given.whole()
      const key = answer.next
      const next = key ? { query, after: key } : query + 1 < queries.length ? { query: query + 1 } : undefined
      let following: Promise<Given<T>> | undefined
      const readAhead = (): void => {
        if (key) following ??= inTheBackground(askWhole(ask(wanted, key)))
        else for (let n = 1; n <= QUERIES_AHEAD; n += 1) void inTheBackground(readFirst(query + n, n === 1))
      }
      yield { start: { query, ...(after && { after }) }, answer, ...(next && { next }), readAhead }
      readAhead()
      coming = following
      after = key
    }
  }
}

async function askWhole<T>(asking: Promise<Given<T>>): Promise<Given<T>> {
  const given = await asking
  void inTheBackground(given.whole())
  return given
}

/** An index only leads to items: they are then read from the table, consistently, until they weigh too much. */
async function readPage(
  records: Records,
  holding: ReadyHolding,
  query: RecordQuery,
  after?: Key,
): Promise<Given<RecordPage>> {
  const page = await records.page(query, after)
  if (holding.index === undefined) return atOnce(page)
  let whole: Promise<RecordPage> | undefined
  return { keys: page.items.length, whole: () => (whole ??= itemsBehind(records, holding, query, page)) }
}

type RecordPage = Awaited<ReturnType<Records['page']>>

/** Where the page ends follows from the items alone: read again, it ends there again if nothing has changed. */
async function itemsBehind(
  records: Records,
  holding: ReadyHolding,
  { partition }: RecordQuery,
  page: RecordPage,
): Promise<RecordPage> {
  const keys = page.items.map((item) => keyOf(holding, item))
  const wanted = { attributes: holding.attributes, weight: PAGE_WEIGHT }
  const { items, keys: read } = await records.read(holding.table, keys, wanted)
  const inIndex = partition && { [partition.attribute]: partition.value }
  const next = read < keys.length ? { ...page.items[read - 1], ...inIndex } : page.next
  return { items, ...(next && { next }) }
}

/** Its failure is reported to the code that awaits it, never as an unhandled rejection. */
function inTheBackground<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}

/** For the templates of the children: the person's values, and of records those in a page of parents alone. */
export const childIdentities = (work: Work, parent: ReadyHolding, items: readonly Item[]): Identities =>
  merge(withoutRecords(work), learn(parent, items, work.usable).identities)

const withoutAny = new WeakMap<Identities, Identities>()

function withoutRecords({ map, identities }: Work): Identities {
  const known = withoutAny.get(identities)
  if (known) return known
  const records = Object.keys(map.identities).filter((name) => map.identities[name]?.of === 'record')
  const others = Object.entries(combinedWithout(records, identities)).filter(
    ([name]) => !records.includes(name) && (name === COMBINED || !isKeptApart(name)),
  )
  const made = Object.fromEntries(others)
  withoutAny.set(identities, made)
  return made
}
