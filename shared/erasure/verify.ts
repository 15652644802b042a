/** Look again after the last delete: nothing is complete before these reads found nothing. */
import type { Residue, ResidueReason } from '../requests/request.ts'
import { valuesOf } from './identities.ts'
import { keysOf, type Place } from './places.ts'
import type { Equals, Item } from './records.ts'
import {
  childValues,
  firstHolding,
  isKeptElsewhere,
  isUnfinished,
  lessonOf,
  type Page,
  pagesOf,
  type Work,
} from './work.ts'

export async function verify(work: Work): Promise<readonly Residue[]> {
  const found: Residue[] = []
  for (const place of work.places.roots) {
    for await (const page of pagesOf(work, place, valuesOf(work.identities))) {
      found.push(...(await residueOf(work, place, page)))
    }
  }
  return summed([...found, ...(await lookAtPartitions(work, found))])
}

/** What a place finds and still has to be worked on, with the children of what is left. */
async function residueOf(work: Work, place: Place, { items, unclear }: Page): Promise<readonly Residue[]> {
  const found = [
    ...unclear.map(() => residue(place, 'owner_missing')),
    ...items.flatMap((item) => residueOfItem(work, place, item)),
  ]
  if (items.length === 0) return found
  for (const child of place.children) {
    for await (const page of pagesOf(work, child, childValues(work, place, items))) {
      found.push(...(await residueOf(work, child, page)))
    }
  }
  return found
}

function residueOfItem(work: Work, place: Place, item: Item): readonly Residue[] {
  if (isKeptElsewhere(work, place, item)) return []
  if (lessonOf(work, place, item) === 'unusable') return [residue(place, 'unusable_identity')]
  return isUnfinished(work, place, item) ? [residue(place, 'not_done')] : []
}

const residue = ({ name, table }: Place, why: ResidueReason): Residue => ({
  table,
  holding: name,
  items: 1,
  why,
})

/**
 * The whole of every partition whose key names the person: what no holding claims is named, never shown; and what
 * a holding claims but its own reads have not shown, as a child whose parent is gone.
 */
async function lookAtPartitions(work: Work, known: readonly Residue[]): Promise<readonly Residue[]> {
  const found: Residue[] = []
  for (const { table, partition, attributes, sortName } of partitionsOf(work)) {
    let after: Item | undefined
    do {
      const page = await work.records.page({ table, partition, attributes }, after)
      found.push(...page.items.flatMap((item) => residueInPartition(work, table, sortName, item)))
      after = page.next
    } while (after)
  }
  return found.filter(({ holding }) => holding === undefined || !known.some((one) => one.holding === holding))
}

function residueInPartition(
  work: Work,
  table: string,
  sortName: string | undefined,
  item: Item,
): readonly Residue[] {
  const mine = firstHolding(work, table, item)
  if (mine) return residueOfItem(work, mine, item)
  const unclear = work.places.all.find(
    (place) => place.table === table && work.whose(place, item) === 'unclear',
  )
  if (unclear) return [residue(unclear, 'owner_missing')]
  const claims = work.everywhere.all.some(
    (place) => place.table === table && work.whose(place, item) !== 'not mine',
  )
  if (claims) return []
  const sortKey = sortName === undefined ? undefined : leadingLiteral(item[sortName]?.S)
  return [{ table, ...(sortKey === undefined ? {} : { sortKey }), items: 1, why: 'unclaimed' }]
}

const MAX_LINES = 20

/** One line per place, literal and reason; the first twenty are enough for a person to start with. */
function summed(all: readonly Residue[]): readonly Residue[] {
  const groups = Map.groupBy(all, ({ items: _items, ...alike }) => JSON.stringify(alike))
  return [...groups.values()].slice(0, MAX_LINES).flatMap((alike) => {
    const [first] = alike
    return first ? [{ ...first, items: alike.reduce((sum, { items }) => sum + items, 0) }] : []
  })
}

/** `ORDER#2024-…` → `ORDER#`: only what reads like a schema's own word, one in capitals, never a value. */
const leadingLiteral = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : /^[A-Z]{2,20}[#|:/]/.exec(text)?.[0]

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
    for (const value of keysOf(partition, valuesOf(identities))) {
      partitions.set(JSON.stringify([table, value]), {
        table,
        partition: { attribute: partition.attribute, value },
        attributes,
        sortName: keyNames.find((name) => name !== partition.attribute),
      })
    }
  }
  return [...partitions.values()]
}
