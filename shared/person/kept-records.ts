/** The record identities whose values are kept with a request, as what is done to other holdings' items depends on them. */
import type { DataMap, SortCondition, TableHolding, Template } from '../data-map/data-map.ts'
import { tableHoldings } from '../data-map/holdings.ts'
import { conditionsOf, identitiesOf, sharedStart } from '../data-map/key-conditions.ts'

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
      other !== name && table === child.table && mayShareItems(child, { find })
    if (child.per !== undefined && holdings.some(isAsked)) keep(child)
  }
  return [...kept]
}

/** Whether one item may meet both, as far as the literals tell. */
export function mayShareItems(
  { find: one }: Pick<TableHolding, 'find'>,
  { find: other }: Pick<TableHolding, 'find'>,
): boolean {
  const others = new Map(conditionsOf(other))
  return conditionsOf(one).every(([attribute, condition]) => {
    const against = others.get(attribute)
    if (against === undefined) return true
    const [a, b] = [startOf(condition), startOf(against)]
    return a.isWhole && b.isWhole ? a.text === b.text : begin(a, b) || begin(b, a)
  })
}

interface Start {
  readonly text: string
  /** Whether it is all that a value may be. */
  readonly isWhole: boolean
}

/** Whether a value that begins with the one may begin with the other. */
const begin = (one: Start, longer: Start): boolean => !one.isWhole && longer.text.startsWith(one.text)

/** The literal that all values begin with. */
function startOf(condition: SortCondition): Start {
  if (typeof condition === 'string') return { text: literalOf(condition), isWhole: !condition.includes('{') }
  if ('beginsWith' in condition) return { text: literalOf(condition.beginsWith), isWhole: false }
  const shared = 'between' in condition ? literalOf(sharedStart(condition.between)) : ''
  return { text: shared, isWhole: false }
}

const literalOf = (template: Template): string => template.split('{')[0] ?? ''
