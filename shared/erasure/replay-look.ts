/** Looks in a table, page by page, for people who were erased since the state that it was restored to. */
import { addDays } from 'date-fns/addDays'
import pMap from 'p-map'
import type { DataMap, Scope } from '../config/data-map.ts'
import { type RequestKey, subjectHash } from '../requests/code.ts'
import type { Ledger } from '../requests/ledger.ts'
import { isFinal } from '../requests/lifecycle.ts'
import type { Sealer } from '../requests/seal.ts'
import { cursorsOf } from './checkpoint.ts'
import { type Identities, merge, ofKinds, PERSONAL, usableIn } from './identities.ts'
import { deciderOf, firstHolding } from './item-holding.ts'
import { namesIn } from './names-in-items.ts'
import { type Places, placesOf } from './places.ts'
import type { Item, Records } from './records.ts'
import type { Replay } from './replay.ts'
import { workOn } from './work.ts'

export interface Looking {
  readonly map: DataMap
  /** Names in DynamoDB by map key, as deployed. */
  readonly tables: Readonly<Record<string, string>>
  readonly records: Records
  readonly ledger: Pick<Ledger, 'begun' | 'erasersOf' | 'find' | 'noteFound'>
  readonly sealer: Sealer
  readonly indexKey: () => Promise<string>
}

export interface LookAt {
  /** A key of the data map. */
  readonly table: string
  /** Under which values people are found is kept, sealed, until their requests are opened. */
  readonly isKept: boolean
  readonly now: Date
  readonly after?: string | undefined
}

export interface Looked {
  readonly items: number
  /** Requests whose people are back. */
  readonly found: readonly RequestKey[]
  /** Requests whose people are back, and which are open: they go on by themselves. */
  readonly underWay: readonly RequestKey[]
  /** Sealed. */
  readonly next?: string
}

const ITEMS_PER_CALL = 500
const KEEP_DAYS = 7
const CONCURRENCY = 16

export async function lookForErased(
  looking: Looking,
  { name, since }: Replay,
  { table, isKept, now, after }: LookAt,
): Promise<Looked> {
  const { tables, records, ledger, sealer } = looking
  const cursors = cursorsOf(sealer)
  const start = await cursors.open(after)
  const query = { table: tables[table] ?? '', limit: ITEMS_PER_CALL }
  const { items, next } = await records.page(query, start?.after)
  const found = new Map<RequestKey, Map<string, Named>>()
  const underWay = new Set<RequestKey>()
  for (const { request, isOpen, values } of await erasedIn(looking, { table: query.table, items, since })) {
    if (isOpen) underWay.add(request)
    else
      found.set(
        request,
        new Map([...(found.get(request) ?? []), ...values.map((one) => [one.hash, one] as const)]),
      )
  }
  const kept = [...found].flatMap(([request, values]) =>
    values
      .values()
      .map((one) => ({ request, ...one }))
      .toArray(),
  )
  await pMap(
    isKept ? kept : [],
    async ({ request, hash, identity, value }) => {
      const sealed = await sealer.seal({ [identity]: [value] })
      await ledger.noteFound({ replay: name, request, hash, sealed, until: addDays(now, KEEP_DAYS) })
    },
    { concurrency: CONCURRENCY },
  )
  const sealed = next && (await cursors.seal({ query: 0, after: next }))
  return {
    items: items.length,
    found: [...found.keys()],
    underWay: [...underWay],
    ...(sealed !== undefined && { next: sealed }),
  }
}

/** A person or alias value that an item names. */
interface Named {
  readonly identity: string
  readonly value: string
  readonly hash: string
}

interface Back {
  readonly request: RequestKey
  readonly isOpen: boolean
  readonly values: readonly Named[]
}

async function erasedIn(
  looking: Looking,
  { table, items, since }: { readonly table: string; readonly items: readonly Item[]; readonly since: Date },
): Promise<readonly Back[]> {
  const { map, ledger } = looking
  const namesOf = await namingIn(looking, table)
  const people = items.map((item) => ({ item, ...namesOf(item) }))
  const hashes = new Set(people.flatMap(({ named }) => named.map(({ hash }) => hash)))
  const erasers = await ledger.erasersOf([...hashes])
  const keys = [...new Set([...erasers.values()].flat())]
  const standings = new Map(
    await pMap(keys, async (key) => [key, await standingOf(ledger, key, since)] as const, {
      concurrency: CONCURRENCY,
    }),
  )
  const isTodo = todoIn(looking, table)
  return people.flatMap(({ item, named, names }) => {
    const back = [...new Set(named.flatMap(({ hash }) => erasers.get(hash) ?? []))].flatMap((request) => {
      const standing = standings.get(request)
      if (!standing) return []
      const values = named.filter(({ hash }) => erasers.get(hash)?.includes(request))
      const theirs = values.reduce<Identities>(
        (all, { identity, value }) => merge(all, { [identity]: [value] }),
        ofKinds(map, names, SHARED),
      )
      return isTodo(item, standing.scope, theirs) ? [{ request, values, ...standing }] : []
    })
    return back.toSorted(inOrder).slice(0, 1)
  })
}

const SHARED = ['group', 'record']

/** What is open does it by itself; else the one that erased most, then the first. */
const inOrder = (a: Back & Standing, b: Back & Standing): number =>
  Number(b.isOpen) - Number(a.isOpen) ||
  Number(b.scope === 'account') - Number(a.scope === 'account') ||
  Number(a.receivedAt) - Number(b.receivedAt) ||
  (a.request < b.request ? -1 : 1)

async function namingIn({ map, tables, indexKey }: Looking, table: string) {
  const usable = usableIn(map)
  const index = await indexKey()
  const { byTable } = placesOf(map, { names: tables, scope: 'account', isReviewed: true })
  const namesOf = namesIn(map, byTable.get(table) ?? [], usable)
  return (item: Item): { readonly names: Identities; readonly named: readonly Named[] } => {
    const names = namesOf(item)
    const named = Object.entries(ofKinds(map, names, PERSONAL)).flatMap(([identity, values]) =>
      values.map((value) => ({ identity, value, hash: subjectHash(index, identity, value) })),
    )
    return { names, named }
  }
}

/** Whether something of an item is a holding's of this scope to do, as the eraser would judge. */
function todoIn({ map, tables, records }: Looking, table: string) {
  const everywhere = placesOf(map, { names: tables, scope: 'account', isReviewed: true })
  const inScope: Readonly<Record<Scope, Places>> = {
    account: everywhere,
    platform: placesOf(map, { names: tables, scope: 'platform', isReviewed: true }),
  }
  const usable = usableIn(map)
  return (item: Item, scope: Scope, identities: Identities): boolean => {
    const work = workOn({
      map,
      places: inScope[scope],
      everywhere,
      records,
      usable,
      identities,
      outOfTime: () => false,
      settle: { milliseconds: 0, wait: async () => undefined },
    })
    const place = firstHolding(work, table, item)
    const decider = place && deciderOf(work, place, item)
    return decider !== undefined && work.judge.needsWork(decider, item)
  }
}

interface Standing {
  readonly isOpen: boolean
  readonly scope: Scope
  readonly receivedAt: Date
}

/** @returns Nothing of a request that ended before: whoever is there since then has come back by themselves. */
async function standingOf(
  ledger: Looking['ledger'],
  request: RequestKey,
  since: Date,
): Promise<Standing | undefined> {
  const row = await ledger.find(request)
  if (row && !isFinal(row.state) && row.state !== 'awaiting_confirmation') return { ...row, isOpen: true }
  if (row?.firstDeleteAt) {
    const isSince = COMPLETED.includes(row.state) && row.endedAt !== undefined && row.endedAt >= since
    return isSince ? { ...row, isOpen: false } : undefined
  }
  // The ledger is from before it began: only the journal knows that it did.
  const begun = await ledger.begun(request)
  return begun && begun.startedAt >= since ? { ...begun, isOpen: false } : undefined
}

const COMPLETED: readonly string[] = ['completed', 'completed_with_retention']
