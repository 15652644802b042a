/** Which holding decides about an item, which one counts it, and whether it may go. */
import { actionKind } from '../data-map/holdings.ts'
import type { Item } from '../records/records.ts'
import { meets } from './conditions.ts'
import { ofKinds, STORED } from './identities.ts'
import { learn } from './item-identities.ts'
import type { ReadyHolding } from './ready-map.ts'
import type { Work } from './work.ts'

/**
 * The first holding in plan order, of those worked on, that would find an item: by itself, or else within a parent's
 * pages, where nobody knows whether the parent is still there.
 */
export function firstHolding({ ready, judge }: Work, table: string, item: Item): ReadyHolding | undefined {
  const mine = ready.byTable.get(table)?.filter((place) => judge.whose(place, item) === 'mine') ?? []
  return mine.find(({ config: holding }) => holding.per === undefined) ?? mine[0]
}

/**
 * Whether an item names something that nobody knows yet: erased now, what it leads to could never be found.
 * `new`: the next pass will know it. `unusable`: it is no key, so a person has to look.
 */
export function lessonOf(work: Work, holding: ReadyHolding, item: Item): 'known' | 'new' | 'unusable' {
  if (holding.lessons.length === 0) return 'known'
  const { identities, unusable } = learn(holding, [item], work.usable)
  if (unusable > 0) return 'unusable'
  const isNew = Object.entries(ofKinds(work.map, identities, STORED)).some(([name, values]) =>
    values.some((value) => !work.identities[name]?.includes(value)),
  )
  return isNew ? 'new' : 'known'
}

/**
 * The holding that decides about an item that a place has found: the place itself, unless another, first in plan order
 * and of whatever scope, keeps the item or leaves it. That one finds it by itself; but what is worked within pages may
 * have lost its parent, so whoever finds it sees to it. `undefined`: nobody touches it here.
 */
export function deciderOf(
  { ready, everywhere, judge }: Work,
  holding: ReadyHolding,
  item: Item,
): ReadyHolding | undefined {
  const here = everywhere.byTable.get(holding.table) ?? []
  const first = here.length > 1 ? here.find((one) => judge.whose(one, item) === 'mine') : undefined
  const isKept = first && first.name !== holding.name && KEEPING.includes(actionKind(first.action))
  if (!isKept) return holding
  if (first.config.per === undefined) return undefined
  return ready.byTable.get(holding.table)?.find(({ name }) => name === first.name)
}

const KEEPING = ['retain', 'leave']

/** Items that a place has found, by each place that is the only way to children of theirs: its own, and those it would take away from another. */
export function parentsAmong(
  work: Work,
  holding: ReadyHolding,
  items: readonly Item[],
  isTaken: (item: Item) => boolean,
): readonly { readonly parent: ReadyHolding; readonly items: readonly Item[] }[] {
  const parents = work.ready.byTable.get(holding.table)?.filter(({ children }) => children.length > 0) ?? []
  return parents.map((parent) => ({
    parent,
    items:
      parent === holding
        ? items
        : items.filter((item) => work.judge.whose(parent, item) === 'mine' && isTaken(item)),
  }))
}

/** Nobody has approved that such an item is touched. */
export const isUnreviewed = ({ unreviewed }: ReadyHolding, item: Item): boolean =>
  unreviewed.length > 0 && meets(item, unreviewed)

/** The company itself has put a stop to it, and to what is found through it, which cannot be got back either. */
export const isHeld = ({ held }: ReadyHolding, item: Item): boolean => held.length > 0 && meets(item, held)

/** The holding that an item found by a place counts under; `undefined` where it is not the place that counts it. */
export const countedUnder = (work: Work, holding: ReadyHolding, item: Item): ReadyHolding | undefined =>
  firstHolding(work, holding.table, item) === holding ? deciderOf(work, holding, item) : undefined

/** Whether a promise of the place is not kept yet for this item. */
export const isUnfinished = (work: Work, holding: ReadyHolding, item: Item): boolean =>
  work.judge.needsWork(holding, item) || lessonOf(work, holding, item) !== 'known'
