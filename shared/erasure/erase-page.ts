/** Erases one page of items: their children first, then they themselves; refused ones are counted. */
import type { Values } from '../data-map/template.ts'
import {
  countedUnder,
  deciderOf,
  isHeld,
  isUnreviewed,
  lessonOf,
  parentsAmong,
} from '../person/item-holding.ts'
import { childValues, pagesOf } from '../person/pages.ts'
import { keyOf, PARENTS_PER_PAGE } from '../person/queries.ts'
import { type ReadyHolding, withChildren } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Item } from '../records/records.ts'
import { add, type EraseCounts, type ItemCounts, NOTHING_ERASED, plus } from './counts.ts'
import { act } from './write-items.ts'

/** Tries to empty the children of one page before its parents are left where they are. */
const CHILD_ROUNDS = 3

/** `isClear`: nothing stays that could no longer be found without the parent of these items. `isWhole`: the deadline left none of them out. */
interface PageResult extends EraseCounts {
  /** Items that were written to. */
  readonly gone: ItemCounts
  readonly isClear: boolean
  readonly isWhole: boolean
}

const NONE: PageResult = { ...NOTHING_ERASED, gone: {}, isClear: true, isWhole: true }

/** A page with parents of another holding's children is worked in parts that fit into a slice. */
export async function erasePage(
  work: Work,
  holding: ReadyHolding,
  items: readonly Item[],
): Promise<PageResult> {
  const hasParents = parentsAmong(work, holding, items, () => true).some((one) => one.items.length > 0)
  if (!hasParents) return eraseItems(work, holding, items, FRESH)
  const parts: PageResult[] = []
  for (let from = 0; from < items.length; from += PARENTS_PER_PAGE) {
    if (from > 0 && work.deadline.passed()) return { ...sum(parts), isWhole: false }
    const part = await eraseItems(work, holding, items.slice(from, from + PARENTS_PER_PAGE), FRESH)
    parts.push(part)
    if (!part.isWhole) break
  }
  return sum(parts)
}

interface Descent {
  readonly rounds: number
  /** Items whose children are being worked: data that leads back to itself is not followed again. */
  readonly above: ReadonlySet<string>
}
const FRESH: Descent = { rounds: CHILD_ROUNDS, above: new Set() }

/** Items that another holding keeps are not touched, but their children are worked like any others. */
async function eraseItems(
  work: Work,
  holding: ReadyHolding,
  items: readonly Item[],
  { rounds, above }: Descent,
): Promise<PageResult> {
  const { open = [], closed = [] } = Object.groupBy(items, (item) => {
    const decider = deciderOf(work, holding, item)
    return !decider || mayGo(work, decider, item) ? 'open' : 'closed'
  })
  const untouched = await leaveItems(work, holding, closed)
  const stays: PageResult = {
    ...untouched,
    met: add(untouched.met, counted(work, holding, open)),
    isClear: closed.length === 0,
  }
  if (open.length === 0) return stays
  const nameIn = (parent: ReadyHolding) => (item: Item) => JSON.stringify([parent.name, keyOf(parent, item)])
  const parents = parentsAmong(work, holding, open, (item) => isTodo(work, holding, item))
    .map(({ parent, items: all }) => ({
      parent,
      items: all.filter((item) => !above.has(nameIn(parent)(item))),
    }))
    .filter(({ items: all }) => all.length > 0)
  if (parents.length === 0) return sum([stays, await actOn(work, holding, open)])

  const names = parents.flatMap(({ parent, items: all }) => all.map(nameIn(parent)))
  const descent = { rounds, above: new Set([...above, ...names]) }
  const cleared: PageResult[] = []
  for (const { parent, items: all } of parents) {
    cleared.push(await clearChildren(work, parent, childValues(work, parent, all), descent))
  }
  const children = sum(cleared)
  if (!children.isWhole) return sum([stays, children])
  if (children.isClear) return sum([stays, children, await actOn(work, holding, open)])
  if (open.length === 1) return sum([stays, children, { ...NONE, refused: counted(work, holding, open) }])
  // A child that was refused keeps its own parent, not the others of the page.
  const each: PageResult[] = [stays, { ...children, refused: {} }]
  for (const item of open)
    each.push({ ...(await eraseItems(work, holding, [item], { rounds: 1, above })), met: {} })
  return sum(each)
}

/** Touches nothing, and counts the items that stay, with their children. */
export async function leaveItems(
  work: Work,
  holding: ReadyHolding,
  items: readonly Item[],
): Promise<PageResult> {
  const mine = counted(work, holding, items)
  const all: PageResult[] = [{ ...NONE, met: mine, refused: mine }]
  if (items.length === 0) return sum(all)
  for (const child of holding.children) {
    for await (const page of pagesOf(work, child, childValues(work, holding, items))) {
      all.push(await leaveItems(work, child, page.items))
    }
  }
  return sum(all)
}

/** Neither held, nor waiting for an approval, nor the only way to identities that are not known yet. */
const mayGo = (work: Work, holding: ReadyHolding, item: Item): boolean =>
  lessonOf(work, holding, item) === 'known' && !isHeld(holding, item) && !isUnreviewed(holding, item)

async function actOn(work: Work, finder: ReadyHolding, items: readonly Item[]): Promise<PageResult> {
  const { records, judge } = work
  const todo = Map.groupBy(
    items.filter((item) => isTodo(work, finder, item)),
    (item) => deciderOf(work, finder, item),
  )
  const all: PageResult[] = []
  for (const [holding, some] of todo) {
    if (!holding) continue
    const deadline = { passed: () => work.deadline.passed(records.pauseMs(holding.table)) }
    const { refused, written, isWhole } = await act({ records, judge, deadline }, holding, some)
    all.push({
      ...NONE,
      gone: counted(work, finder, written),
      refused: counted(work, finder, refused),
      writes: written.length,
      isWhole,
    })
  }
  return sum(all)
}

/** Whether something is to be done to an item, by the holding that has found it. */
export function isTodo(work: Work, finder: ReadyHolding, item: Item): boolean {
  const holding = deciderOf(work, finder, item)
  return holding !== undefined && work.judge.needsWork(holding, item)
}

/** Erases and reads back until none of the children, nor of theirs, needs work. `refused` is by the last reading. */
async function clearChildren(
  work: Work,
  parent: ReadyHolding,
  values: Values,
  { rounds, above }: Descent,
): Promise<PageResult> {
  const isIndexed = parent.children.flatMap(withChildren).some(({ index }) => index !== undefined)
  let all = NONE
  let looksClear = 0
  for (let round = 0; ; round += 1) {
    let isClear = true
    all = { ...all, refused: {} }
    // Grandchildren are tried as often in the first round only, or the tries would multiply.
    const deeper = round === 0 ? rounds : 1
    for (const child of parent.children) {
      for await (const { items, unclear } of pagesOf(work, child, values)) {
        const hasTodo = items.some((item) => isTodo(work, child, item))
        const done = await eraseItems(work, child, items, { rounds: deeper, above })
        if (hasTodo || unclear.length > 0 || !done.isClear) isClear = false
        all = sum([all, round === 0 ? done : { ...done, met: {} }])
        if (!done.isWhole) return { ...all, isClear: false }
      }
    }
    looksClear = isClear ? looksClear + 1 : 0
    const isProven = looksClear > (isIndexed ? 1 : 0)
    if (isProven || (!isClear && round >= rounds)) return { ...all, isClear }
    if (isIndexed) {
      // What an index does not show yet could never be found once its parent is gone.
      if (work.deadline.passed(work.settle.milliseconds)) return { ...all, isClear: false, isWhole: false }
      await work.settle.wait()
    }
  }
}

/** Of these items, those that need work, by the holding they count under. */
function counted(work: Work, finder: ReadyHolding, items: readonly Item[]): ItemCounts {
  const counts: Record<string, number> = {}
  for (const item of items) {
    const under = countedUnder(work, finder, item)
    if (under && work.judge.needsWork(under, item)) counts[under.name] = (counts[under.name] ?? 0) + 1
  }
  return counts
}

const sum = (all: readonly PageResult[]): PageResult => ({
  ...all.reduce(plus, NOTHING_ERASED),
  gone: all.map(({ gone }) => gone).reduce(add, {}),
  isClear: all.every(({ isClear }) => isClear),
  isWhole: all.every(({ isWhole }) => isWhole),
})
