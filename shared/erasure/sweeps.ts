/**
 * Children that an index leads to are worked level by level: all of a level, for all pages of parents, then one wait until
 * the index shows what its table has, then their parents. So the wait is one for a level, however many parents there are.
 */
import { mayShareItems } from '../person/kept-records.ts'
import type { ReadyHolding, ReadyMap } from '../person/ready-map.ts'

const levels = new WeakMap<ReadyHolding, number>()

/** How many waits there are before an item that the holding finds may go. */
export function levelOf(ready: ReadyMap, holding: ReadyHolding): number {
  const known = levels.get(holding)
  if (known !== undefined) return known
  // Data that leads back to itself ends here.
  levels.set(holding, 0)
  const parents = (ready.byTable.get(holding.table) ?? []).filter(
    (one) => one === holding || (one.children.length > 0 && mayShareItems(one.config, holding.config)),
  )
  const below = parents.flatMap(({ children }) =>
    children.map((child) => levelOf(ready, child) + (child.index === undefined ? 0 : 1)),
  )
  const level = Math.max(0, ...below)
  levels.set(holding, level)
  return level
}
