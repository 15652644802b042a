/** How items lead to others, and what takes that away. */
import { parsePath } from '../data-map/attribute-path.ts'
import type { DataMap, SortCondition, TableHolding } from '../data-map/data-map.ts'
import { actionKind, redactOf, tableHoldings } from '../data-map/holdings.ts'
import { pinnedBy } from '../data-map/key-conditions.ts'
import { conditionsIn, isWithin, mayShareItems } from '../data-map/shared-items.ts'

/**
 * What the holding takes from its items so that `way` does not lead through them any more: an attribute, or, where none
 * is named, the item itself, now or when its retention is over.
 */
export function takenBy(
  { action }: TableHolding,
  way: TableHolding,
): { readonly attribute?: string } | undefined {
  const kind = actionKind(action)
  if (kind !== 'redact') return kind === 'leave' ? undefined : {}
  const learnt = Object.values(way.learns ?? {}).map((path) => parsePath(path).attribute)
  const needed = [...conditionsIn(way).keys(), ...learnt]
  const attribute = Object.keys(redactOf(action) ?? {}).find((path) => needed.includes(path))
  return attribute === undefined ? undefined : { attribute }
}

/** Whether others are found by what its items teach: children, or what is found by a group. */
export const leadsOn = (holding: TableHolding, map: DataMap): boolean =>
  tableHoldings(map).some(([, { per }]) => per !== undefined && map.holdings[per] === holding) ||
  Object.keys(holding.learns ?? {}).some((identity) => map.identities[identity]?.of === 'group')

/** Whether another holding, without `per` and of a kind that counts, finds all of a child's items. */
export const hasFindOfItsOwn = (
  child: TableHolding,
  map: DataMap,
  counts: (holding: TableHolding) => boolean,
): boolean =>
  tableHoldings(map).some(
    ([, other]) =>
      other.per === undefined &&
      (other.scope === child.scope || child.scope === 'account') &&
      counts(other) &&
      mayShareItems(child, other) &&
      findsAllOf(other, child, map),
  )

/** A condition that names the person is taken to hold of all items that are theirs. */
function findsAllOf(holding: TableHolding, child: TableHolding, map: DataMap): boolean {
  const its = conditionsIn(child)
  return [...conditionsIn(holding)].every(([attribute, condition]) => {
    const narrower = its.get(attribute)
    return namesPerson(condition, map) || (narrower !== undefined && isWithin(narrower, condition))
  })
}

const namesPerson = (condition: SortCondition, map: DataMap): boolean =>
  pinnedBy(condition)?.some((name) => isPersonal(name, map)) ?? false

const isPersonal = (name: string, { identities }: DataMap): boolean =>
  ['person', 'alias'].includes(identities[name]?.of ?? '')

/** Another person, or a later request of the whole account. */
export type Loser = 'other' | 'later'

/**
 * Who still finds items by `way` where `taking` takes away what they are found by. Undefined if they find different items,
 * or whoever is erased by the one has nothing more to be found by the other.
 */
export function loserOf(taking: TableHolding, way: TableHolding, map: DataMap): Loser | undefined {
  if (!mayShareItems(taking, way)) return undefined
  if (!isOfSamePerson(taking, way, map)) return 'other'
  const isKept = KEEPING.includes(actionKind(way.action))
  const isLink = taking.last && saysWhose(taking, map)
  return taking.scope === 'platform' && way.scope === 'account' && !isKept && !isLink ? 'later' : undefined
}

export const KEEPING = ['retain', 'leave']

/** Its items teach the person: they are that person's. */
const saysWhose = ({ learns = {} }: TableHolding, { identities }: DataMap): boolean =>
  Object.keys(learns).some((identity) => identities[identity]?.of === 'person')

/** Both name the person by one attribute, or what is taken says whose it is, or one learns whom the other finds by. */
function isOfSamePerson(taking: TableHolding, way: TableHolding, map: DataMap): boolean {
  const ways = conditionsIn(way)
  const isByOneAttribute = [...conditionsIn(taking)].some(
    ([attribute, condition]) => ways.has(attribute) && namesPerson(condition, map),
  )
  return isByOneAttribute || saysWhose(taking, map) || tells(taking, way, map) || tells(way, taking, map)
}

/** The attribute that teaches a name of the person is the one by which the other finds the item. */
const tells = ({ learns = {} }: TableHolding, other: TableHolding, map: DataMap): boolean =>
  [...conditionsIn(other)].some(([attribute, condition]) =>
    Object.entries(learns).some(
      ([identity, path]) =>
        path === attribute && isPersonal(identity, map) && pinnedBy(condition)?.includes(identity),
    ),
  )
