/** One person's records, page by page. */
import type { Values } from '../data-map/template.ts'
import type { Item, Key, RecordQuery, Records } from '../records/records.ts'
import { merge, valuesOf } from './identities.ts'
import { learn } from './item-identities.ts'
import { keyOf, queriesFor } from './queries.ts'
import type { ReadyHolding } from './ready-map.ts'
import type { Work } from './work.ts'

/** Where reading goes on: in which query, after which key; of a company's function, in which call, with its token. */
export interface Cursor {
  readonly query: number
  readonly after?: Key
  readonly token?: string
  /** Of a page of parents that has been begun: those to work on, each as a short hash of its key. */
  readonly parents?: readonly string[]
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
  /** Absent after the last page. */
  readonly next?: Cursor
}

/** How many queries are sent ahead, each for its first page. */
const QUERIES_AHEAD = 8

/** Every item that a holding finds; each page is read while the one before is worked on. */
export async function* pagesOf(...about: Parameters<typeof pagesInTurn>): AsyncGenerator<Page> {
  for await (const page of pagesInTurn(...about)) {
    page.readAhead()
    yield page
  }
}

/** The same for a caller that has to write before the next page is read: it calls `readAhead` itself. */
export async function* pagesInTurn(
  { records, judge }: Work,
  holding: ReadyHolding,
  values: Values,
  from?: Cursor,
): AsyncGenerator<Page & Ahead> {
  const read = (query: RecordQuery, after?: Key) => tablePage(records, holding, query, after)
  for await (const { answer, ...where } of answersTo(queriesFor(holding, values), read, from)) {
    const owned = Map.groupBy(answer.items, (item) => judge.ownershipOf(holding, item))
    yield { ...where, items: owned.get('mine') ?? [], unclear: owned.get('unclear') ?? [] }
  }
}

/** How many items the queries of a holding find, page by page. */
export async function* countsOf(
  { records }: Work,
  holding: ReadyHolding,
  values: Values,
  from?: Cursor,
): AsyncGenerator<{ readonly items: number; readonly next?: Cursor }> {
  const ask = (query: RecordQuery, after?: Key) => records.count(query, after)
  for await (const { answer, next, readAhead } of answersTo(queriesFor(holding, values), ask, from)) {
    readAhead()
    yield { items: answer.items, ...(next && { next }) }
  }
}

interface Ahead {
  /** Sends for what comes next, once. */
  readonly readAhead: () => void
}

type Answered<T> = Ahead & { readonly start: Cursor; readonly answer: T; readonly next?: Cursor }

async function* answersTo<T extends { readonly next?: Key }>(
  queries: readonly RecordQuery[],
  ask: (query: RecordQuery, after?: Key) => Promise<T>,
  from: Cursor = { query: 0 },
): AsyncGenerator<Answered<T>> {
  const asked = new Map<number, Promise<T>>()
  const first = (query: number): Promise<T> | undefined => {
    const wanted = queries[query]
    const answer = asked.get(query) ?? (wanted && inTheBackground(ask(wanted)))
    if (answer) asked.set(query, answer)
    return answer
  }
  for (const [query, wanted] of queries.entries()) {
    if (query < from.query) continue
    let after = query === from.query ? from.after : undefined
    let coming = after ? inTheBackground(ask(wanted, after)) : first(query)
    asked.delete(query)
    while (coming) {
      const answer = await coming
      const key = answer.next
      const next = key ? { query, after: key } : query + 1 < queries.length ? { query: query + 1 } : undefined
      let ahead: Promise<T> | undefined
      const readAhead = (): void => {
        if (key) ahead ??= inTheBackground(ask(wanted, key))
        else for (let n = 1; n <= QUERIES_AHEAD; n += 1) void first(query + n)
      }
      yield { start: { query, ...(after && { after }) }, answer, ...(next && { next }), readAhead }
      readAhead()
      coming = ahead
      after = key
    }
  }
}

/** An index only leads to items: they are then read from the table, consistently. */
async function tablePage(
  records: Records,
  holding: ReadyHolding,
  query: RecordQuery,
  after?: Key,
): ReturnType<Records['page']> {
  const page = await records.page(query, after)
  if (holding.index === undefined) return page
  const keys = page.items.map((item) => keyOf(holding, item))
  return { ...page, items: await records.read(holding.table, keys, holding.attributes) }
}

/** Its failure is reported to the code that awaits it, never as an unhandled rejection. */
function inTheBackground<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined)
  return work
}

/** The values for the templates of the children: the person's, and the record identities in a page of parents. */
export const childValues = (
  { identities, usable }: Work,
  parent: ReadyHolding,
  items: readonly Item[],
): Values => valuesOf(merge(identities, learn(parent, items, usable).identities))
