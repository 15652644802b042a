/**
 * Children that an index leads to are worked level by level: all of a level, for all pages of parents, then one wait until
 * the index shows what its table has, then their parents. So the wait is one for a level, however many parents there are.
 */
import { mayFindTheSame } from '../person/kept-records.ts'
import type { ReadyHolding, ReadyMap } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Item } from '../records/records.ts'

/** How many waits there are before a parent may go, for the children that are found through it. */
export const levelOf = ({ children }: ReadyHolding): number =>
  Math.max(0, ...children.map((child) => levelOf(child) + (child.index === undefined ? 0 : 1)))

/** The same for an item, which may be a parent by other holdings, too. */
export const levelOfItem = ({ ready, judge }: Work, holding: ReadyHolding, item: Item): number =>
  Math.max(
    levelOf(holding),
    ...parentsIn(ready, holding)
      .filter((one) => one !== holding && judge.ownershipOf(one, item) === 'mine')
      .map(levelOf),
  )

/** Whether any item of the holding, or of its children, may have to wait. */
export const mayWait = (ready: ReadyMap, holding: ReadyHolding): boolean =>
  [holding, ...parentsIn(ready, holding)].some((one) => levelOf(one) > 0) ||
  holding.children.some((child) => mayWait(ready, child))

const parents = new WeakMap<ReadyHolding, readonly ReadyHolding[]>()

/** The holdings with children that an index leads to, and that may find an item of the holding. */
function parentsIn({ byTable }: ReadyMap, holding: ReadyHolding): readonly ReadyHolding[] {
  const known = parents.get(holding)
  if (known) return known
  const all = byTable.get(holding.table) ?? []
  const made = all.filter((one) => levelOf(one) > 0 && mayFindTheSame(one.config, holding.config))
  parents.set(holding, made)
  return made
}
