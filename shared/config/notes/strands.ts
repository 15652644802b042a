/** Where erasing for one person may take away the only way to items of another, or of a later request. */
import type { DataMap, TableHolding } from '../../data-map/data-map.ts'
import { actionKind, tableHoldings } from '../../data-map/holdings.ts'
import { identitiesOf } from '../../data-map/key-conditions.ts'
import { conditionsIn, mayShareItems } from '../../data-map/shared-items.ts'
import type { Finding } from '../findings.ts'
import { hasFindOfItsOwn, namesPerson, takenBy } from './ways.ts'

export function* strandsNotes(map: DataMap): Generator<Finding> {
  for (const [name, taking] of tableHoldings(map)) {
    if (taking.strands !== undefined) continue
    for (const [loser, losses] of Map.groupBy(lossesBy(name, taking, map), ({ loser }) => loser)) {
      const ways = losses.map(({ way, lost }) => `from "${way}" to ${lost.join(', ')}`)
      const attributes = [...new Set(losses.flatMap(({ attribute }) => attribute ?? []))]
      const what = attributes.length === 0 ? 'items' : `"${attributes.join('", "')}" of items`
      const problem = `takes away ${what} that may be the only way ${ways.join(', and ')} for ${loser}`
      const remedy = `let these be found by a key of their own as well, or say why they may be lost: strands: '…'${attributes.length === 0 ? OR_STUB : ''}`
      yield { place: `dataMap.holdings.${name}`, problem, remedy }
    }
  }
}

const OR_STUB = '. Without it, such an item stays as a stub: its keys, and what the others are found by'

interface Loss {
  readonly way: string
  readonly lost: readonly string[]
  /** What is taken out of the items; absent if they go. */
  readonly attribute?: string
  readonly loser: string
}

const lossesBy = (name: string, taking: TableHolding, map: DataMap): readonly Loss[] =>
  tableHoldings(map).flatMap(([way, holding]) => {
    if (way === name || !mayShareItems(taking, holding)) return []
    const lost = lostWithout(way, holding, map)
    const taken = takenBy(taking, holding)
    const loser = loserOf(taking, holding, map)
    if (lost.length === 0 || !taken || loser === undefined) return []
    return [{ way, lost, loser, ...taken }]
  })

/** What only the items of this holding lead to. */
const lostWithout = (name: string, { learns = {} }: TableHolding, map: DataMap): readonly string[] => {
  const all = tableHoldings(map)
  const children = all.filter(
    ([, child]) =>
      child.per === name && !hasFindOfItsOwn(child, map, ({ action }) => actionKind(action) !== 'leave'),
  )
  const groups = Object.keys(learns).filter((identity) => map.identities[identity]?.of === 'group')
  const used = groups.filter((group) => all.some(([, { find }]) => identitiesOf(find).includes(group)))
  return [...children.map(([child]) => `"${child}"`), ...used.map((group) => `what {${group}} finds`)]
}

/** Undefined if whoever is erased by the one has nothing more to be found by the other. */
function loserOf(taking: TableHolding, way: TableHolding, map: DataMap): string | undefined {
  if (isLink(taking, map)) return undefined
  if (!isOfSamePerson(taking, way, map)) return 'another person'
  const isKept = ['retain', 'leave'].includes(actionKind(way.action))
  return taking.scope === 'platform' && way.scope === 'account' && !isKept
    ? 'a later request of the whole account'
    : undefined
}

/** It says whose it is, and leads to nothing but the person. */
const isLink = ({ learns = {} }: TableHolding, { identities }: DataMap): boolean =>
  Object.keys(learns).some((identity) => identities[identity]?.of === 'person')

/** Both name the person by one attribute, or the one learns whom the other finds by. */
function isOfSamePerson(one: TableHolding, other: TableHolding, map: DataMap): boolean {
  const [mine, others] = [conditionsIn(one), conditionsIn(other)]
  const isByOneAttribute = [...mine].some(
    ([attribute, condition]) => others.has(attribute) && namesPerson(condition, map),
  )
  return isByOneAttribute || isLink(other, map) || tells(one, other) || tells(other, one)
}

/** The attribute that teaches an identity is the one by which the other finds it. */
const tells = ({ learns = {} }: TableHolding, other: TableHolding): boolean =>
  [...conditionsIn(other)].some(
    ([attribute, condition]) =>
      typeof condition === 'string' &&
      Object.entries(learns).some(
        ([identity, path]) => path === attribute && condition.includes(`{${identity}}`),
      ),
  )
