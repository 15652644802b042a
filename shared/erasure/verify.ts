/** Look again after the last delete: nothing is complete before these reads found nothing. */
import { expand } from '../config/template.ts'
import type { Residue } from '../requests/request.ts'
import { needsWork } from './actions.ts'
import { valuesOf } from './identities.ts'
import { type Place, typed } from './places.ts'
import type { Equals, Item } from './records.ts'
import { childValues, pagesOf, type Work } from './work.ts'

export interface Verified {
  /** What holdings find and still has to be worked on. */
  readonly residue: readonly Residue[]
  /** What lies in the person's partitions and no holding claims. */
  readonly unclaimed: readonly Residue[]
}

export async function verify(work: Work): Promise<Verified> {
  const residue: Record<string, number> = {}
  for (const place of work.places.roots) {
    for await (const { items } of pagesOf(work, place, valuesOf(work.identities))) {
      await collect(work, place, items, residue)
    }
  }
  return {
    residue: Object.entries(residue).map(([name, items]) => ({ in: name, items })),
    unclaimed: await unclaimedItems(work),
  }
}

async function collect(
  work: Work,
  place: Place,
  items: readonly Item[],
  residue: Record<string, number>,
): Promise<void> {
  const todo = items.filter((item) => needsWork(place, item)).length
  if (todo > 0) residue[place.name] = (residue[place.name] ?? 0) + todo
  if (items.length === 0) return
  for (const child of place.children) {
    for await (const page of pagesOf(work, child, childValues(work, place, items))) {
      await collect(work, child, page.items, residue)
    }
  }
}

/** The whole of every partition whose key names the person: what no holding claims is named, never shown. */
async function unclaimedItems(work: Work): Promise<readonly Residue[]> {
  const found = new Map<string, Residue>()
  for (const { table, partition, attributes, sortName } of partitionsOf(work)) {
    let after: Item | undefined
    do {
      const page = await work.records.page({ table, partition, attributes }, after)
      for (const item of page.items) {
        if (work.everywhere.all.some((place) => place.table === table && work.matches(place, item))) continue
        const sortKey = sortName === undefined ? undefined : leadingLiteral(item[sortName]?.S)
        const name = `${table} ${sortKey ?? ''}`
        const before = found.get(name)
        found.set(name, {
          in: table,
          ...(sortKey === undefined ? {} : { sortKey }),
          items: (before?.items ?? 0) + 1,
        })
      }
      after = page.next
    } while (after)
  }
  return [...found.values()]
}

/** `ORDER#2024-…` → `ORDER#`: only what reads like a schema's own word, never a value. */
const leadingLiteral = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : /^[A-Z][A-Z_-]{0,30}[#|:/]/.exec(text)?.[0]

interface Partition {
  readonly table: string
  readonly partition: Equals
  readonly attributes: readonly string[]
  readonly sortName: string | undefined
}

function partitionsOf({ map, everywhere, identities }: Work): readonly Partition[] {
  const partitions = new Map<string, Partition>()
  for (const { index, partition, table, keyNames, attributes } of everywhere.all) {
    const names = partition.template.identities.map((identity) => map.identities[identity]?.of)
    if (index !== undefined || !names.some((kind) => kind === 'person' || kind === 'alias')) continue
    for (const value of expand(partition.template, valuesOf(identities))) {
      partitions.set(JSON.stringify([table, value]), {
        table,
        partition: { attribute: partition.attribute, value: typed(partition.type, value) },
        attributes,
        sortName: keyNames.find((name) => name !== partition.attribute),
      })
    }
  }
  return [...partitions.values()]
}
