/** Looks through a table, page by page, for people who were erased since the state that it was restored to. */
import { addDays } from 'date-fns/addDays'
import pMap from 'p-map'
import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { cursorsOf } from '../person/cursors.ts'
import type { RequestKey } from '../requests/code.ts'
import { type ErasedPerson, erasedIn, type FindErasedDeps } from './erased-people.ts'
import type { Replay } from './replay.ts'

export interface LookDeps extends FindErasedDeps {
  readonly ledger: FindErasedDeps['ledger'] & Pick<Ledger, 'noteFound'>
  readonly sealer: Sealer
}

export interface LookOptions {
  /** A key of the data map. */
  readonly table: string
  /** Whether the values that people are found by are kept, sealed, until their requests are opened. */
  readonly isKept: boolean
  readonly now: Date
  /** `next` of the page before. */
  readonly after?: string | undefined
}

export interface Looked {
  readonly items: number
  /** Requests whose people are back. */
  readonly found: readonly RequestKey[]
  /** Open requests whose people are back: these go on by themselves. */
  readonly underWay: readonly RequestKey[]
  /** Sealed; absent after the last page. */
  readonly next?: string
}

const ITEMS_PER_CALL = 500
const KEEP_DAYS = 7

export async function lookForErased(
  deps: LookDeps,
  { name, since }: Replay,
  { table: tableKey, isKept, now, after }: LookOptions,
): Promise<Looked> {
  const { tables, records, ledger, sealer } = deps
  const cursors = cursorsOf(sealer)
  const start = await cursors.open(after)
  const table = tables[tableKey] ?? ''
  const { items, next } = await records.page({ table, limit: ITEMS_PER_CALL }, start?.after)
  const { underWay = [], back = [] } = Object.groupBy(
    await erasedIn(deps, { table, items, since }),
    ({ isOpen }) => (isOpen ? 'underWay' : 'back'),
  )
  const found = back.flatMap(({ request, values }) => values.map((one) => ({ request, ...one })))
  const kept = new Map(found.map((one) => [`${one.request} ${one.ownHash}`, one]))
  await pMap(
    isKept ? kept.values() : [],
    async ({ request, ownHash: hash, identity, value }) => {
      const sealed = await sealer.seal({ [identity]: [value] })
      await ledger.noteFound({ replay: name, request, hash, sealed, until: addDays(now, KEEP_DAYS) })
    },
    { concurrency: 16 },
  )
  const sealed = next && (await cursors.seal({ query: 0, after: next }))
  return {
    items: items.length,
    found: requestsOf(back),
    underWay: requestsOf(underWay),
    ...(sealed !== undefined && { next: sealed }),
  }
}

const requestsOf = (people: readonly ErasedPerson[]): readonly RequestKey[] => [
  ...new Set(people.map(({ request }) => request)),
]
