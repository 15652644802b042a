/** How items lead to others, and what takes that away. */
import { parsePath } from '../../data-map/attribute-path.ts'
import type { DataMap, SortCondition, TableHolding } from '../../data-map/data-map.ts'
import { actionKind, redactOf, tableHoldings } from '../../data-map/holdings.ts'
import { pinnedBy } from '../../data-map/key-conditions.ts'
import { conditionsIn, isWithin, mayShareItems } from '../../data-map/shared-items.ts'

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

export const namesPerson = (condition: SortCondition, { identities }: DataMap): boolean =>
  pinnedBy(condition)?.some((name) => ['person', 'alias'].includes(identities[name]?.of ?? '')) ?? false
