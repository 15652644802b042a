/** What the verify phase looks at, and what it finds there that should be gone. */
import { actionKind } from '../data-map/holdings.ts'
import { leadingLiteral } from '../data-map/template.ts'
import { isSame } from '../person/conditions.ts'
import { isPersonal, valuesOf } from '../person/identities.ts'
import { readThrough } from '../person/item-identities.ts'
import { type Cursor, childIdentities, type Page, pagesOf } from '../person/pages.ts'
import { ITEMS_PER_PAGE, keyOf, keysOf } from '../person/queries.ts'
import { isReadyFunction, type ReadyFunction, type ReadyHolding } from '../person/ready-map.ts'
import { firstHolding, isHeld, lessonOf, needsWork, verdictOf } from '../person/verdict.ts'
import type { Work } from '../person/work.ts'
import type { Item, Key, RecordQuery, Value } from '../records/records.ts'
import type { Residue, ResidueReason } from '../requests/problem.ts'
import { type Called, call, isFunctionFailure } from './company-functions/company-functions.ts'
import { withoutStubs, withWork } from './strands.ts'

export interface Look {
  readonly at: 'function' | 'holding' | 'partition'
  /** Whether it looks at an index once more, when that has had the time to show what its table has. */
  readonly isAgain?: boolean
  readonly pages: (from: Cursor | undefined) => AsyncIterable<Looked>
}
interface Looked {
  readonly residue: readonly Residue[]
  readonly next?: Cursor | undefined
}

export function looksOf(work: Work): readonly Look[] {
  const { steps, roots } = work.ready
  const lookAt = (holding: ReadyHolding): Look => ({
    at: 'holding',
    pages: (from) => lookAtHolding(work, holding, from),
  })
  const partitions = partitionsOf(work)
  const lookInto = (partition: Partition): Look => ({
    at: 'partition',
    pages: (from) => lookAtPartition(work, partition, from),
  })
  // They come first, so that their lines are never among those that are left out.
  const functions = steps
    .filter(isReadyFunction)
    .map((fn): Look => ({ at: 'function', pages: (from) => lookAtFunction(work, fn, from) }))
  const again = [
    ...roots.filter(({ index }) => index !== undefined).map(lookAt),
    ...partitions.filter(({ query }) => query.index !== undefined).map(lookInto),
  ].map((look): Look => ({ ...look, isAgain: true }))
  return [...functions, ...roots.map(lookAt), ...partitions.map(lookInto), ...again]
}

/** A function that fails counts as one that has left something. */
async function* lookAtFunction(work: Work, fn: ReadyFunction, from?: Cursor): AsyncGenerator<Looked> {
  const holding = fn.name
  for (let cursor: Cursor | undefined = from ?? { query: 0 }; cursor; ) {
    let answer: Called
    try {
      answer = await call(work, fn, 'verify', cursor)
    } catch (error) {
      if (!isFunctionFailure(error)) throw error
      yield { residue: [{ holding, items: 0, why: 'function_failed' }] }
      return
    }
    const { items, retained = 0, next } = answer
    const left: readonly Residue[] = [
      { holding, items, why: 'not_done' },
      { holding, items: retained, why: 'kept_by_function' },
    ]
    yield { residue: left.filter((one) => one.items > 0), next }
    cursor = next
  }
}

async function* lookAtHolding(work: Work, holding: ReadyHolding, from?: Cursor): AsyncGenerator<Looked> {
  for await (const page of pagesOf(work, holding, work.identities, from)) {
    yield { residue: await residueOf(work, holding, page), next: page.next }
  }
}

/** Items that a holding finds and that still need work, and their children: a hold on an item is one on its children. */
async function residueOf(work: Work, holding: ReadyHolding, page: Page): Promise<readonly Residue[]> {
  const { items, unclear, unreadable } = page
  const found = [
    ...(await withoutStubs(work, holding, unclear)).map(() => residue(holding, 'owner_missing')),
    ...unreadable.map(() => residue(holding, 'owner_unreadable')),
  ]
  for (const item of items) found.push(...(await residueOfItem(work, holding, item)))
  const { held = [], free = [] } = Object.groupBy(items, (item) => (isHeld(holding, item) ? 'held' : 'free'))
  found.push(...(await residueOfChildren(work, holding, free)))
  const under = await residueOfChildren(work, holding, held)
  return [...found, ...under.map((one): Residue => (one.why === 'not_done' ? { ...one, why: 'held' } : one))]
}

async function residueOfChildren(
  work: Work,
  holding: ReadyHolding,
  parents: readonly Item[],
): Promise<readonly Residue[]> {
  const found: Residue[] = []
  if (parents.length === 0) return found
  for (const child of holding.children) {
    for await (const page of pagesOf(work, child, childIdentities(work, holding, parents))) {
      found.push(...(await residueOf(work, child, page)))
    }
  }
  return found
}

async function residueOfItem(work: Work, finder: ReadyHolding, item: Item): Promise<readonly Residue[]> {
  const verdict = verdictOf(work, finder, item)
  const { finders } = verdict
  const isWork = needsWork(work, verdict, item)
  if (isWork && finders.some((holding) => isHeld(holding, item))) return [residue(finder, 'held')]
  const lesson = lessonOf(work, finders, item)
  if (lesson === 'unusable') return [residue(finder, 'unusable_identity')]
  const isLeft = lesson === 'new' || (isWork && (await withWork(work, finder, [item])).length > 0)
  return isLeft ? [residue(finder, 'not_done')] : []
}

const residue = ({ name, table }: ReadyHolding, why: ResidueReason): Residue => ({
  table,
  holding: name,
  items: 1,
  why,
})

/**
 * Items that no holding claims are named, never shown; also those that one claims but cannot find: children without a
 * parent. An index only leads to them: they are read from the table.
 */
async function* lookAtPartition(work: Work, partition: Partition, from?: Cursor): AsyncGenerator<Looked> {
  let after: Key | undefined = from?.after
  do {
    const page = await work.records.page(partition.query, after)
    const found: Residue[] = []
    for await (const item of itemsBehind(work, partition, page.items)) {
      found.push(...(await residueInPartition(work, partition, item)))
    }
    after = page.next
    yield { residue: found, next: after && { query: 0, after } }
  } while (after)
}

/** So many bytes of items are held at once. */
const WEIGHT = 8_000_000

async function* itemsBehind(
  { records }: Work,
  { query: { table, index }, holding }: Partition,
  found: readonly Item[],
): AsyncGenerator<Item> {
  if (index === undefined) yield* found
  const keys = index === undefined ? [] : found.map((item) => keyOf(holding, item))
  const wanted = { ...(holding.attributes && { attributes: holding.attributes }), weight: WEIGHT }
  for (let at = 0; at < keys.length; ) {
    const read = await records.read(table, keys.slice(at), wanted)
    yield* read.items
    at += read.keys
  }
}

async function residueInPartition(work: Work, partition: Partition, item: Item): Promise<readonly Residue[]> {
  const { query, sortName } = partition
  const { table, index } = query
  const { judge, ready, everywhere } = work
  if (index !== undefined && !isStillIn(partition, item)) return []
  const mine = firstHolding(work, table, item)
  if (mine) return residueOfItem(work, mine, item)
  const inScope = ready.byTable.get(table) ?? []
  for (const [ownership, why] of DOUBTS) {
    const doubtful = inScope.find((holding) => judge.ownershipOf(holding, item) === ownership)
    if (doubtful) return (await withoutStubs(work, doubtful, [item])).map(() => residue(doubtful, why))
  }
  const claims = everywhere.byTable.get(table)?.map((holding) => judge.ownershipOf(holding, item)) ?? []
  // What lies under the person's own key is explained by no other owner.
  const isClaimed = claims.some((one) => one !== 'not mine' && (one !== 'theirs' || index !== undefined))
  if (isClaimed) return []
  const orphan = inScope.find((holding) => isOrphanOf(work, holding, item))
  if (orphan) return [residue(orphan, 'not_done')]
  const sortKey = sortName === undefined ? undefined : leadingLiteral(item[sortName]?.S)
  return [{ table, ...(sortKey === undefined ? {} : { sortKey }), items: 1, why: 'unclaimed' }]
}

/** Whether its key names the person, and a parent that is not known. */
function isOrphanOf({ map, usable }: Work, holding: ReadyHolding, item: Item): boolean {
  const { config, action, identities } = holding
  const isErased = ['erase', 'redact'].includes(actionKind(action))
  const namesPerson = identities.some((identity) => isPersonal(map, identity))
  return (
    isErased && config.per !== undefined && namesPerson && readThrough(holding, item, usable) !== undefined
  )
}

const DOUBTS = [
  ['unclear', 'owner_missing'],
  ['unreadable', 'owner_unreadable'],
] as const

/** The item may have left the partition since, and the index may not show it yet. */
const isStillIn = ({ query: { partition } }: Partition, item: Item): boolean =>
  partition !== undefined && isSameKey(item[partition.attribute], partition.value)

const isSameKey = (a: Value | undefined, b: Value): boolean =>
  a?.B && b.B ? Buffer.from(a.B).equals(b.B) : isSame(a, b)

interface Partition {
  readonly query: RecordQuery
  readonly sortName: string | undefined
  /** The first that looks there. */
  readonly holding: ReadyHolding
}

/** Of tables and of indexes, those whose key names the person. */
function partitionsOf({ map, everywhere, identities }: Work): readonly Partition[] {
  const partitions = new Map<string, Partition>()
  for (const holding of everywhere.all) {
    const { index, indexKeys, partition, table, keyNames, attributes } = holding
    const named = partition?.templates.flatMap((template) => template.identities) ?? []
    if (!partition || !named.some((identity) => isPersonal(map, identity))) continue
    // Where values are unique only together, the partition of one of them is not the person's.
    if (holding.joint.length > 0) continue
    const wanted = index === undefined ? attributes : [...new Set([...keyNames, ...indexKeys])]
    const query = {
      table,
      limit: ITEMS_PER_PAGE,
      ...(index !== undefined && { index }),
      ...(wanted && { attributes: wanted }),
    }
    const sortName = (index === undefined ? keyNames : indexKeys).find((name) => name !== partition.attribute)
    for (const value of keysOf(partition, valuesOf(identities))) {
      const name = JSON.stringify([table, index, value])
      if (partitions.has(name)) continue
      partitions.set(name, {
        query: { ...query, partition: { attribute: partition.attribute, value } },
        sortName,
        holding,
      })
    }
  }
  return [...partitions.values()]
}
