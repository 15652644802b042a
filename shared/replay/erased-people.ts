/** People in the items of a table who were erased since it was in the state that it was restored to. */
import pMap from 'p-map'
import type { DataMap, Scope } from '../data-map/data-map.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { allCombined } from '../person/combinations.ts'
import { type Identities, isPersonal, merge, usableIn } from '../person/identities.ts'
import { identitiesIn } from '../person/item-identities.ts'
import { type ReadyHolding, readyMapOf } from '../person/ready-map.ts'
import { firstHolding, needsWork, verdictOf } from '../person/verdict.ts'
import { atOnce, mapForWork, workOn } from '../person/work.ts'
import type { Item, Records } from '../records/records.ts'
import { type RequestKey, subjectHash } from '../requests/code.ts'
import { isFinal } from '../requests/lifecycle.ts'

export interface FindErasedDeps {
  readonly map: DataMap
  /** Names in DynamoDB by map key, as deployed. */
  readonly tables: Readonly<Record<string, string>>
  readonly records: Records
  readonly ledger: Pick<Ledger, 'begun' | 'erasersOf' | 'find'>
  readonly indexKey: () => Promise<string>
  readonly clock: () => Date
}

/** A value of an identity that an item names, in one spelling. */
export interface NamedValue {
  readonly identity: string
  readonly value: string
  /** Of the normal form: what people were erased under. */
  readonly hash: string
  /** Of this spelling. */
  readonly ownHash: string
}

interface EarlierErasure {
  readonly isOpen: boolean
  readonly scope: Scope
  readonly startedAt: Date
}

/** A person whom an item names although a request has erased, or is erasing, that person. */
export interface ErasedPerson extends EarlierErasure {
  readonly request: RequestKey
  /** The person's values that lead to the data. */
  readonly values: readonly NamedValue[]
}

/** @param table Its name in DynamoDB. @returns At most one person for each item. */
export async function erasedIn(
  deps: FindErasedDeps,
  { table, items, since }: { readonly table: string; readonly items: readonly Item[]; readonly since: Date },
): Promise<readonly ErasedPerson[]> {
  const { map, ledger } = deps
  const valuesNamedBy = await valueReader(deps, table)
  const named = items.map((item) => ({ item, values: valuesNamedBy(item) }))
  const personal = named.flatMap(({ values }) => values.filter(({ identity }) => isPersonal(map, identity)))
  const erasers = await ledger.erasersOf([...new Set(personal.map(({ hash }) => hash))])
  const requests = [...new Set([...erasers.values()].flat())]
  const erasureOf = async (key: RequestKey) => [key, await earlierErasureOf(ledger, key, since)] as const
  const erasures = new Map(await pMap(requests, erasureOf, { concurrency: 16 }))
  const holdingWithWork = workFinder(deps, table)
  return named.flatMap(({ item, values }) => {
    const people = [...new Set(values.flatMap(({ hash }) => erasers.get(hash) ?? []))].flatMap((request) => {
      const erasure = erasures.get(request)
      if (!erasure) return []
      const theirs = values.filter(
        ({ identity, hash }) => !isPersonal(map, identity) || erasers.get(hash)?.includes(request),
      )
      const holding = holdingWithWork(item, erasure.scope, identitiesOf(theirs))
      if (!holding) return []
      // A record identity leads only to the children of its record.
      const isLeading = ({ identity }: NamedValue) =>
        !isRecord(map, identity) || holding.config.per !== undefined
      return [{ request, values: theirs.filter(isLeading), ...erasure }]
    })
    return people.toSorted(byPrecedence).slice(0, 1)
  })
}

const isRecord = ({ identities }: DataMap, name: string): boolean => identities[name]?.of === 'record'

const identitiesOf = (values: readonly NamedValue[]): Identities =>
  values.reduce<Identities>((all, { identity, value }) => merge(all, { [identity]: [value] }), {})

/** Open requests first, as they go on by themselves; then the widest scope, then the earliest: later ones repeat it. */
const byPrecedence = (a: ErasedPerson, b: ErasedPerson): number =>
  Number(b.isOpen) - Number(a.isOpen) ||
  Number(b.scope === 'account') - Number(a.scope === 'account') ||
  Number(a.startedAt) - Number(b.startedAt) ||
  (a.request < b.request ? -1 : 1)

async function valueReader({ map, tables, indexKey }: FindErasedDeps, table: string) {
  const index = await indexKey()
  const { byTable } = readyMapOf(map, { names: tables, scope: 'account', isReviewed: true })
  const usable = usableIn(map)
  const read = identitiesIn(byTable.get(table) ?? [], usable)
  return (item: Item): readonly NamedValue[] =>
    Object.entries(read(item)).flatMap(([identity, values]) =>
      values.map((value) => ({
        identity,
        value,
        hash: subjectHash(index, identity, usable(identity, value) ?? value),
        ownHash: subjectHash(index, identity, value),
      })),
    )
}

/** Finds the holding of a scope by which the eraser would have to do something about an item. */
function workFinder({ map, tables, records, clock }: FindErasedDeps, table: string) {
  const mapIn = (scope: Scope) => mapForWork(map, { names: tables, scope, isReviewed: true })
  const mapped = { account: mapIn('account'), platform: mapIn('platform') }
  const now = clock()
  return (item: Item, scope: Scope, identities: Identities): ReadyHolding | undefined => {
    const { joints } = mapped[scope].ready
    const known = merge(identities, allCombined(joints, identities))
    const work = workOn({ ...mapped[scope], records, identities: known, ...atOnce(now) })
    const holding = firstHolding(work, table, item)
    const verdict = holding && verdictOf(work, holding, item)
    return verdict && needsWork(work, verdict, item) ? verdict.by[0] : undefined
  }
}

/** @returns Undefined for a request that ended before `since`: the person has come back since of their own accord. */
async function earlierErasureOf(
  ledger: FindErasedDeps['ledger'],
  request: RequestKey,
  since: Date,
): Promise<EarlierErasure | undefined> {
  const row = await ledger.find(request)
  if (row && !isFinal(row.state) && row.state !== 'awaiting_confirmation') {
    return { isOpen: true, scope: row.scope, startedAt: row.firstDeleteAt ?? row.receivedAt }
  }
  if (row?.firstDeleteAt) {
    const isSince = COMPLETED.includes(row.state) && row.endedAt !== undefined && row.endedAt >= since
    return isSince ? { isOpen: false, scope: row.scope, startedAt: row.firstDeleteAt } : undefined
  }
  // The ledger was itself restored to a state before the erasure began: only the journal knows of it.
  const begun = await ledger.begun(request)
  return begun && begun.startedAt >= since ? { ...begun, isOpen: false } : undefined
}

const COMPLETED: readonly string[] = ['completed', 'completed_with_retention']
