/** What the verify phase looks at, and what it finds there that should be gone. */
import { leadingLiteral } from '../data-map/template.ts'
import { valuesOf } from '../person/identities.ts'
import { deciderOf, firstHolding, isHeld, isUnfinished, lessonOf } from '../person/item-holding.ts'
import { type Cursor, childValues, type Page, pagesOf } from '../person/pages.ts'
import { ITEMS_PER_PAGE, keysOf } from '../person/queries.ts'
import { isReadyFunction, type ReadyFunction, type ReadyHolding } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Item, Key, RecordQuery } from '../records/records.ts'
import type { Residue, ResidueReason } from '../requests/problem.ts'
import { type Called, call, isFunctionFailure } from './company-functions/company-functions.ts'

export interface Look {
  readonly at: 'function' | 'holding' | 'partition' | 'index again'
  readonly pages: (from: Cursor | undefined) => AsyncIterable<Looked>
}
interface Looked {
  readonly residue: readonly Residue[]
  readonly next?: Cursor | undefined
}

export function looksOf(work: Work): readonly Look[] {
  const { steps, roots } = work.ready
  const lookAt =
    (at: Look['at']) =>
    (holding: ReadyHolding): Look => ({ at, pages: (from) => lookAtHolding(work, holding, from) })
  const inIndexes = roots.filter(({ index }) => index !== undefined)
  const partitions = partitionsOf(work).map(
    (partition): Look => ({ at: 'partition', pages: (from) => lookAtPartition(work, partition, from) }),
  )
  // They come first, so that their lines are never among those that are left out.
  const functions = steps
    .filter(isReadyFunction)
    .map((fn): Look => ({ at: 'function', pages: (from) => lookAtFunction(work, fn, from) }))
  return [
    ...functions,
    ...roots.map(lookAt('holding')),
    ...partitions,
    ...inIndexes.map(lookAt('index again')),
  ]
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
  for await (const page of pagesOf(work, holding, valuesOf(work.identities), from)) {
    yield { residue: await residueOf(work, holding, page), next: page.next }
  }
}

/** Items that a holding finds and that still need work, and their children: a hold on an item is one on its children. */
async function residueOf(work: Work, holding: ReadyHolding, page: Page): Promise<readonly Residue[]> {
  const { items, unclear } = page
  const found = [
    ...unclear.map(() => residue(holding, 'owner_missing')),
    ...items.flatMap((item) => residueOfItem(work, holding, item)),
  ]
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
    for await (const page of pagesOf(work, child, childValues(work, holding, parents))) {
      found.push(...(await residueOf(work, child, page)))
    }
  }
  return found
}

function residueOfItem(work: Work, finder: ReadyHolding, item: Item): readonly Residue[] {
  const holding = deciderOf(work, finder, item)
  if (!holding) return []
  if (isHeld(holding, item) && work.judge.needsWork(holding, item)) return [residue(holding, 'held')]
  if (lessonOf(work, holding, item) === 'unusable') return [residue(holding, 'unusable_identity')]
  return isUnfinished(work, holding, item) ? [residue(holding, 'not_done')] : []
}

const residue = ({ name, table }: ReadyHolding, why: ResidueReason): Residue => ({
  table,
  holding: name,
  items: 1,
  why,
})

/** Items that no holding claims are named, never shown; also those that one claims but cannot find: children without a parent. */
async function* lookAtPartition(work: Work, partition: Partition, from?: Cursor): AsyncGenerator<Looked> {
  let after: Key | undefined = from?.after
  do {
    const page = await work.records.page(partition.query, after)
    const found = page.items.flatMap((item) => residueInPartition(work, partition, item))
    after = page.next
    yield { residue: found, next: after && { query: 0, after } }
  } while (after)
}

function residueInPartition(work: Work, { query, sortName }: Partition, item: Item): readonly Residue[] {
  const { table } = query
  const mine = firstHolding(work, table, item)
  if (mine) return residueOfItem(work, mine, item)
  const unclear = work.ready.byTable
    .get(table)
    ?.find((holding) => work.judge.ownershipOf(holding, item) === 'unclear')
  if (unclear) return [residue(unclear, 'owner_missing')]
  const isClaimed = work.everywhere.byTable
    .get(table)
    ?.some((holding) => work.judge.ownershipOf(holding, item) !== 'not mine')
  if (isClaimed) return []
  const sortKey = sortName === undefined ? undefined : leadingLiteral(item[sortName]?.S)
  return [{ table, ...(sortKey === undefined ? {} : { sortKey }), items: 1, why: 'unclaimed' }]
}

interface Partition {
  readonly query: RecordQuery
  readonly sortName: string | undefined
}

function partitionsOf({ map, everywhere, identities }: Work): readonly Partition[] {
  const partitions = new Map<string, Partition>()
  for (const { index, partition, table, keyNames, attributes } of everywhere.all) {
    const named = partition?.templates.flatMap((template) => template.identities) ?? []
    const kinds = named.map((identity) => map.identities[identity]?.of)
    if (!partition || index !== undefined || !kinds.some((kind) => kind === 'person' || kind === 'alias'))
      continue
    const query = { table, limit: ITEMS_PER_PAGE, ...(attributes && { attributes }) }
    for (const value of keysOf(partition, valuesOf(identities))) {
      partitions.set(JSON.stringify([table, value]), {
        query: { ...query, partition: { attribute: partition.attribute, value } },
        sortName: keyNames.find((name) => name !== partition.attribute),
      })
    }
  }
  return [...partitions.values()]
}
