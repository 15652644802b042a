/** Where erasing for one person may take away the only way to items of another, or of a later request. */
import type { DataMap, TableHolding } from '../../data-map/data-map.ts'
import { actionKind, tableHoldings } from '../../data-map/holdings.ts'
import { identitiesOf } from '../../data-map/key-conditions.ts'
import type { Finding } from '../findings.ts'
import { hasFindOfItsOwn, type Loser, loserOf, takenBy } from '../ways.ts'

export function* strandsNotes(map: DataMap): Generator<Finding> {
  for (const [name, taking] of tableHoldings(map)) {
    if (taking.strands !== undefined) continue
    for (const [loser, losses] of Map.groupBy(lossesBy(name, taking, map), ({ loser }) => loser)) {
      const ways = losses.map(({ way, lost }) => `from "${way}" to ${lost.join(', ')}`)
      const attributes = [...new Set(losses.flatMap(({ attribute }) => attribute ?? []))]
      const what = attributes.length === 0 ? 'items' : `"${attributes.join('", "')}" of items`
      const problem = `takes away ${what} that may be the only way ${ways.join(', and ')} for ${LOSERS[loser]}`
      const remedy = `let these be found by a key of their own as well, or say why they may be lost: strands: '…'${attributes.length === 0 ? OR_STUB : ''}`
      yield { place: `dataMap.holdings.${name}`, problem, remedy }
    }
  }
}

const OR_STUB = '. Without it, such an item stays as a stub: its keys, and what the others are found by'

const LOSERS: Readonly<Record<Loser, string>> = {
  other: 'another person',
  later: 'a later request of the whole account',
}

interface Loss {
  readonly way: string
  readonly lost: readonly string[]
  /** What is taken out of the items; absent if they go. */
  readonly attribute?: string
  readonly loser: Loser
}

const lossesBy = (name: string, taking: TableHolding, map: DataMap): readonly Loss[] =>
  tableHoldings(map).flatMap(([way, holding]) => {
    const taken = takenBy(taking, holding)
    const loser = way === name ? undefined : loserOf(taking, holding, map)
    const lost = loser === undefined ? [] : lostWithout(way, holding, map)
    return loser === undefined || !taken || lost.length === 0 ? [] : [{ way, lost, loser, ...taken }]
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
