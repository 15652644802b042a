/** The record identities whose values are kept with a request, as what is done to other holdings' items depends on them. */
import type { DataMap, TableHolding } from '../data-map/data-map.ts'
import { tableHoldings } from '../data-map/holdings.ts'
import { conditionsOf, identitiesOf } from '../data-map/key-conditions.ts'
import { mayBothHold } from '../data-map/shared-items.ts'

/**
 * Those by which a child is found whose items another holding of its table may find, too: whether such an item is a child
 * of the person's is then asked without its parent, which may be gone. Also those by which its parents are found.
 */
export function keptRecords(map: DataMap): readonly string[] {
  const holdings = tableHoldings(map)
  const kept = new Set<string>()
  const keep = ({ find, per }: TableHolding): void => {
    for (const name of identitiesOf(find)) if (map.identities[name]?.of === 'record') kept.add(name)
    const parent = holdings.find(([name]) => name === per)?.[1]
    if (parent?.per !== undefined) keep(parent)
  }
  for (const [name, child] of holdings) {
    const isAsked = ([other, { table, find }]: (typeof holdings)[number]): boolean =>
      other !== name && table === child.table && mayFindTheSame(child, { find })
    if (child.per !== undefined && holdings.some(isAsked)) keep(child)
  }
  return [...kept]
}

/** Whether one item may be found by both, whatever its owner: two identities may have one value. */
export function mayFindTheSame(
  { find: one }: Pick<TableHolding, 'find'>,
  { find: other }: Pick<TableHolding, 'find'>,
): boolean {
  const others = new Map(conditionsOf(other))
  return conditionsOf(one).every(([attribute, condition]) => {
    const against = others.get(attribute)
    return against === undefined || mayBothHold(condition, against, 'alike')
  })
}
