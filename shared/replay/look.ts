/** Looks in a table, page by page, for people who were erased since the state that it was restored to. */

import { addDays } from 'date-fns/addDays'
import pMap from 'p-map'
import type { DataMap, Scope } from '../data-map/data-map.ts'
import type { Sealer } from '../keys/seal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { cursorsOf } from '../person/cursors.ts'
import { type Identities, merge, PERSONAL, usableIn } from '../person/identities.ts'
import { deciderOf, firstHolding } from '../person/item-holding.ts'
import { namesIn } from '../person/names-in-items.ts'
import { type ReadyHolding, type ReadyMap, readyMapOf } from '../person/ready-map.ts'
import { AT_ONCE, workOn } from '../person/work.ts'
import type { Item, Records } from '../records/records.ts'
import { type RequestKey, subjectHash } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'
import type { Replay } from './replay.ts'

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

/** A value that an item names. */
interface Named {
  readonly identity: string
  readonly value: string
  readonly hash: string
}

interface Back {
  readonly request: RequestKey
  readonly isOpen: boolean
  /** That lead to what it holds of them. */
  readonly values: readonly Named[]
}

async function erasedIn(
  looking: Looking,
  { table, items, since }: { readonly table: string; readonly items: readonly Item[]; readonly since: Date },
): Promise<readonly Back[]> {
  const { map, ledger } = looking
  const namesOf = await namingIn(looking, table)
  const people = items.map((item) => ({ item, named: namesOf(item) }))
  const hashes = new Set(
    people.flatMap(({ named }) =>
      named.flatMap(({ identity, hash }) => (isPersonal(map, identity) ? hash : [])),
    ),
  )
  const erasers = await ledger.erasersOf([...hashes])
  const keys = [...new Set([...erasers.values()].flat())]
  const standings = new Map(
    await pMap(keys, async (key) => [key, await standingOf(ledger, key, since)] as const, {
      concurrency: CONCURRENCY,
    }),
  )
  const placeOf = workingIn(looking, table)
  return people.flatMap(({ item, named }) => {
    const back = [...new Set(named.flatMap(({ hash }) => erasers.get(hash) ?? []))].flatMap((request) => {
      const standing = standings.get(request)
      if (!standing) return []
      const theirs = named.filter(
        ({ identity, hash }) => !isPersonal(map, identity) || erasers.get(hash)?.includes(request),
      )
      const holding = placeOf(item, standing.scope, identitiesOf(theirs))
      if (!holding) return []
      // A record leads to what lies under it; of what lies elsewhere it tells nothing.
      const values = theirs.filter(
        ({ identity }) => !isRecord(map, identity) || holding.config.per !== undefined,
      )
      return [{ request, values, ...standing }]
    })
    return back.toSorted(inOrder).slice(0, 1)
  })
}

const isPersonal = ({ identities }: DataMap, name: string): boolean =>
  PERSONAL.includes(identities[name]?.of ?? '')
const isRecord = ({ identities }: DataMap, name: string): boolean => identities[name]?.of === 'record'

const identitiesOf = (named: readonly Named[]): Identities =>
  named.reduce<Identities>((all, { identity, value }) => merge(all, { [identity]: [value] }), {})

/** What is open does it by itself; else the one that erased most, then the first: later ones only repeat it. */
const inOrder = (a: Back & Standing, b: Back & Standing): number =>
  Number(b.isOpen) - Number(a.isOpen) ||
  Number(b.scope === 'account') - Number(a.scope === 'account') ||
  Number(a.startedAt) - Number(b.startedAt) ||
  (a.request < b.request ? -1 : 1)

async function namingIn({ map, tables, indexKey }: Looking, table: string) {
  const usable = usableIn(map)
  const index = await indexKey()
  const { byTable } = readyMapOf(map, { names: tables, scope: 'account', isReviewed: true })
  const namesOf = namesIn(map, byTable.get(table) ?? [], usable)
  return (item: Item): readonly Named[] =>
    Object.entries(namesOf(item)).flatMap(([identity, values]) =>
      values.map((value) => ({ identity, value, hash: subjectHash(index, identity, value) })),
    )
}

/** Which place of this scope has something to do about an item, as the eraser would judge. */
function workingIn({ map, tables, records }: Looking, table: string) {
  const everywhere = readyMapOf(map, { names: tables, scope: 'account', isReviewed: true })
  const inScope: Readonly<Record<Scope, ReadyMap>> = {
    account: everywhere,
    platform: readyMapOf(map, { names: tables, scope: 'platform', isReviewed: true }),
  }
  const usable = usableIn(map)
  return (item: Item, scope: Scope, identities: Identities): ReadyHolding | undefined => {
    const work = workOn({
      map,
      ready: inScope[scope],
      everywhere,
      records,
      usable,
      identities,
      ...AT_ONCE,
    })
    const holding = firstHolding(work, table, item)
    const decider = holding && deciderOf(work, holding, item)
    return decider && work.judge.needsWork(decider, item) ? decider : undefined
  }
}

interface Standing {
  readonly isOpen: boolean
  readonly scope: Scope
  readonly startedAt: Date
}

/** @returns Nothing of a request that ended before: whoever is there since then has come back by themselves. */
async function standingOf(
  ledger: Looking['ledger'],
  request: RequestKey,
  since: Date,
): Promise<Standing | undefined> {
  const row = await ledger.find(request)
  if (row && !isFinal(row.state) && row.state !== 'awaiting_confirmation') {
    return { isOpen: true, scope: row.scope, startedAt: row.firstDeleteAt ?? row.receivedAt }
  }
  if (row?.firstDeleteAt) {
    const isSince = COMPLETED.includes(row.state) && row.endedAt !== undefined && row.endedAt >= since
    return isSince ? { isOpen: false, scope: row.scope, startedAt: row.firstDeleteAt } : undefined
  }
  // The ledger is from before it began: only the journal knows that it did.
  const begun = await ledger.begun(request)
  return begun && begun.startedAt >= since ? { ...begun, isOpen: false } : undefined
}

const COMPLETED: readonly string[] = ['completed', 'completed_with_retention']
