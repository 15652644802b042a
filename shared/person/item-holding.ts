/** Which holding decides about an item, which one counts it, and whether it may be erased. */
import { actionKind } from '../data-map/holdings.ts'
import type { Item } from '../records/records.ts'
import { meets } from './conditions.ts'
import { ofKinds, STORED } from './identities.ts'
import { learn } from './item-identities.ts'
import type { ReadyHolding } from './ready-map.ts'
import type { Work } from './work.ts'

/**
 * The first holding in plan order, of those in scope, that would find the item. One that finds it on its own comes before
 * one that needs a parent, which may be gone.
 */
export function firstHolding({ ready, judge }: Work, table: string, item: Item): ReadyHolding | undefined {
  const mine =
    ready.byTable.get(table)?.filter((holding) => judge.ownershipOf(holding, item) === 'mine') ?? []
  return mine.find(({ config }) => config.per === undefined) ?? mine[0]
}

/**
 * Whether an item teaches a value that is not among the identities yet: what the value leads to could not be found once
 * the item is erased. `new`: the next pass will have it. `unusable`: it cannot be a key, so a person has to look.
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
 * The holding that decides about an item that `holding` has found: `holding` itself, unless the first in plan order, of
 * any scope, retains or leaves the item. That one finds the item on its own, so nothing is done here (`undefined`); but
 * if it needs a parent, which may be gone, its action is done wherever the item is found.
 */
export function deciderOf(
  { ready, everywhere, judge }: Work,
  holding: ReadyHolding,
  item: Item,
): ReadyHolding | undefined {
  const here = everywhere.byTable.get(holding.table) ?? []
  const first = here.length > 1 ? here.find((one) => judge.ownershipOf(one, item) === 'mine') : undefined
  const isKept = first && first.name !== holding.name && KEEPING.includes(actionKind(first.action))
  if (!isKept) return holding
  if (first.config.per === undefined) return undefined
  return ready.byTable.get(holding.table)?.find(({ name }) => name === first.name)
}

const KEEPING = ['retain', 'leave']

/**
 * The items that `holding` has found, by each holding whose children are found through them: `holding` itself, and those
 * of its table that would lose items to it.
 */
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
        : items.filter((item) => work.judge.ownershipOf(parent, item) === 'mine' && isTaken(item)),
  }))
}

/** Whether touching the item still needs the operator's approval. */
export const isUnreviewed = ({ unreviewed }: ReadyHolding, item: Item): boolean =>
  unreviewed.length > 0 && meets(item, unreviewed)

/** Whether the company holds the item, and with it all that is found through it and could not be found again. */
export const isHeld = ({ held }: ReadyHolding, item: Item): boolean => held.length > 0 && meets(item, held)

/** The holding that an item found by `holding` counts under; `undefined` where it is counted when another finds it. */
export const countedUnder = (work: Work, holding: ReadyHolding, item: Item): ReadyHolding | undefined =>
  firstHolding(work, holding.table, item) === holding ? deciderOf(work, holding, item) : undefined

/** Whether the holding has something left to do about the item, or to learn from it. */
export const isUnfinished = (work: Work, holding: ReadyHolding, item: Item): boolean =>
  work.judge.needsWork(holding, item) || lessonOf(work, holding, item) !== 'known'
