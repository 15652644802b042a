/** Erases one page of items: their children first, then they themselves; refused ones are counted. */
import type { Identities } from '../person/identities.ts'
import { childIdentities, pagesOf } from '../person/pages.ts'
import { keyOf, PARENTS_PER_PAGE } from '../person/queries.ts'
import type { ReadyHolding } from '../person/ready-map.ts'
import { mayGo, needsWork, parentsAmong, verdictOf } from '../person/verdict.ts'
import type { Work } from '../person/work.ts'
import type { Item } from '../records/records.ts'
import type { Counts } from '../requests/outcome.ts'
import { type EraseCounts, type ItemCounts, NOTHING_ERASED, plus } from './counts.ts'
import { reductionOf, withoutStubs, withWork } from './strands.ts'
import { levelOf, levelOfItem } from './sweeps.ts'
import { act, type ToWrite } from './write-items.ts'

/** Tries to empty the children of one page before its parents are left where they are. */
const CHILD_ROUNDS = 3

interface PageResult extends EraseCounts {
  /** Nothing stays that could no longer be found without the parent of these items. */
  readonly isClear: boolean
  /** The deadline left none of them out. */
  readonly isWhole: boolean
  /** An index showed children after it had been given the time to show all. */
  readonly isLate: boolean
  /** Some of them are left for a later sweep. */
  readonly isDeferred: boolean
}

const NONE: PageResult = {
  ...NOTHING_ERASED,
  isClear: true,
  isWhole: true,
  isLate: false,
  isDeferred: false,
}

/** @param sweep The level that is worked: an item of a higher one stays, and only its children are worked. */
export async function erasePage(
  work: Work,
  holding: ReadyHolding,
  items: readonly Item[],
  sweep = Number.POSITIVE_INFINITY,
): Promise<PageResult> {
  const fresh = { rounds: CHILD_ROUNDS, above: new Set<string>(), sweep }
  const hasParents = parentsAmong(work, holding, items, () => true).some((one) => one.items.length > 0)
  if (!hasParents) return eraseItems(work, holding, items, fresh)
  const parts: PageResult[] = []
  for (let from = 0; from < items.length; from += PARENTS_PER_PAGE) {
    if (from > 0 && work.deadline.passed()) return { ...sum(parts), isWhole: false }
    const part = await eraseItems(work, holding, items.slice(from, from + PARENTS_PER_PAGE), fresh)
    parts.push(part)
    if (!part.isWhole) break
  }
  return sum(parts)
}

interface Descent {
  readonly sweep: number
  readonly rounds: number
  /** Items whose children are being worked: data that leads back to itself is not followed again. */
  readonly above: ReadonlySet<string>
}

/** Items that another holding keeps are not touched, but their children are worked like any others. */
async function eraseItems(
  work: Work,
  holding: ReadyHolding,
  items: readonly Item[],
  descent: Descent,
): Promise<PageResult> {
  const {
    open = [],
    closed = [],
    later = [],
  } = Object.groupBy(items, (item) => {
    if (!mayGo(work, verdictOf(work, holding, item), item)) return 'closed'
    return levelOfItem(work, holding, item) <= descent.sweep ? 'open' : 'later'
  })
  const untouched = await leaveItems(work, holding, closed)
  const all: PageResult[] = [{ ...untouched, isClear: closed.length === 0 }]
  if (later.length > 0) {
    const { children } = await clearAllChildren(work, holding, later, descent)
    all.push({ ...(children ?? NONE), isClear: false, isDeferred: true })
  }
  if (open.length > 0) all.push(await eraseOpen(work, holding, open, descent))
  return sum(all)
}

/** The children of the items, by whatever holding they are found; `undefined` where there is no such holding. */
async function clearAllChildren(
  work: Work,
  holding: ReadyHolding,
  open: readonly Item[],
  { rounds, above, sweep }: Descent,
): Promise<{ readonly children?: PageResult }> {
  const nameIn = (parent: ReadyHolding) => (item: Item) => JSON.stringify([parent.name, keyOf(parent, item)])
  const isTaken = (item: Item): boolean => needsWork(work, verdictOf(work, holding, item), item)
  const parents = parentsAmong(work, holding, open, isTaken)
    .map(({ parent, items: all }) => ({
      parent,
      items: all.filter((item) => !above.has(nameIn(parent)(item))),
    }))
    .filter(({ items: all }) => all.length > 0)
  if (parents.length === 0) return {}
  const names = parents.flatMap(({ parent, items: all }) => all.map(nameIn(parent)))
  const descent = { rounds, above: new Set([...above, ...names]), sweep }
  const cleared: PageResult[] = []
  for (const { parent, items: all } of parents) {
    cleared.push(await clearChildren(work, parent, childIdentities(work, parent, all), descent))
  }
  return { children: sum(cleared) }
}

async function eraseOpen(
  work: Work,
  holding: ReadyHolding,
  open: readonly Item[],
  { rounds, above, sweep }: Descent,
): Promise<PageResult> {
  const { children } = await clearAllChildren(work, holding, open, { rounds, above, sweep })
  if (!children) return actOn(work, holding, open)
  if (!children.isWhole) return children
  if (children.isClear) return sum([children, await actOn(work, holding, open)])
  const todo = await withWork(work, holding, open)
  const left: PageResult = { ...NONE, refused: countsIn(work, holding, todo), isClear: false }
  // What an index shows late may come for any of these parents.
  if (open.length === 1 || children.isLate) return sum([children, left])
  // A child that was refused keeps its own parent, not the others of the page.
  const each: PageResult[] = [{ ...children, refused: {} }]
  for (const item of open) each.push(await eraseItems(work, holding, [item], { rounds: 1, above, sweep }))
  return sum(each)
}

/** Touches nothing, and counts the items that stay, with their children. */
export async function leaveItems(
  work: Work,
  holding: ReadyHolding,
  items: readonly Item[],
): Promise<PageResult> {
  const all: PageResult[] = [{ ...NONE, refused: countsIn(work, holding, items) }]
  if (items.length === 0) return sum(all)
  for (const child of holding.children) {
    for await (const page of pagesOf(work, child, childIdentities(work, holding, items))) {
      all.push(await leaveItems(work, child, page.items))
    }
  }
  return sum(all)
}

async function actOn(work: Work, finder: ReadyHolding, items: readonly Item[]): Promise<PageResult> {
  const todo: ToWrite[] = []
  for (const item of items) {
    const verdict = verdictOf(work, finder, item)
    if (!needsWork(work, verdict, item)) continue
    const reduction = await reductionOf(work, verdict, item)
    if (!reduction) todo.push({ item, verdict })
    else if (!reduction.isDone) todo.push({ item: reduction.item, verdict, kept: reduction.kept })
  }
  if (todo.length === 0) return NONE
  const { records, judge } = work
  const deadline = { passed: () => work.deadline.passed(records.pauseMs(finder.table)) }
  const { written, vanished, refused, isWhole } = await act({ records, judge, deadline }, finder.table, todo)
  return {
    ...NONE,
    taken: takenBy(written),
    vanished: countsOf(vanished),
    refused: countsOf(refused),
    writes: written.length + vanished.length,
    isWhole,
  }
}

/** What is kept counts by the plan: a write to it takes nothing away. */
function takenBy(written: readonly ToWrite[]): Counts {
  const counts: Record<string, { items: number; erased?: number; redacted?: number }> = {}
  for (const { verdict, kept } of written) {
    const [{ name, action }] = verdict.by
    if (verdict.is === 'kept') continue
    const count = counts[name] ?? { items: 0 }
    counts[name] = count
    count.items += 1
    if (kept && verdict.is === 'erased') count.redacted = (count.redacted ?? 0) + 1
    else if (verdict.is === 'erased' && action !== 'erase') count.erased = (count.erased ?? 0) + 1
  }
  return counts
}

/** Erases and reads back until none of the children, nor of theirs, needs work. `refused` is by the last reading. */
async function clearChildren(
  work: Work,
  parent: ReadyHolding,
  identities: Identities,
  { rounds, above, sweep }: Descent,
): Promise<PageResult> {
  const isOfLevel = levelOf(parent) <= sweep
  let all = NONE
  for (let round = 0; ; round += 1) {
    let isClear = true
    all = { ...all, refused: {} }
    // Grandchildren are tried as often in the first round only, or the tries would multiply.
    const deeper = round === 0 ? rounds : 1
    for (const child of parent.children) {
      for await (const { items, unclear, unreadable } of pagesOf(work, child, identities)) {
        const todo = await withWork(work, child, items)
        const done = await eraseItems(work, child, items, { rounds: deeper, above, sweep })
        const doubtful = await withoutStubs(work, child, [...unclear, ...unreadable])
        if (todo.length + doubtful.length > 0 || !done.isClear) isClear = false
        all = sum([all, done])
        // An earlier sweep has erased what the index showed, and has waited for the rest.
        if (todo.length > 0 && child.index !== undefined && isOfLevel) all = { ...all, isLate: true }
        if (!done.isWhole) return { ...all, isClear: false }
      }
    }
    if (isClear || all.isLate || !isOfLevel || round >= rounds) return { ...all, isClear }
  }
}

const countsOf = (all: readonly Pick<ToWrite, 'verdict'>[]): ItemCounts => {
  const counts: Record<string, number> = {}
  for (const { verdict } of all) counts[verdict.by[0].name] = (counts[verdict.by[0].name] ?? 0) + 1
  return counts
}

/** Of these items, those that need work, by the holding they count under. */
export const countsIn = (work: Work, finder: ReadyHolding, items: readonly Item[]): ItemCounts =>
  countsOf(
    items.flatMap((item) => {
      const verdict = verdictOf(work, finder, item)
      return needsWork(work, verdict, item) ? [{ verdict }] : []
    }),
  )

const sum = (all: readonly PageResult[]): PageResult => ({
  ...all.reduce<EraseCounts>(plus, NOTHING_ERASED),
  isClear: all.every(({ isClear }) => isClear),
  isWhole: all.every(({ isWhole }) => isWhole),
  isLate: all.some(({ isLate }) => isLate),
  isDeferred: all.some(({ isDeferred }) => isDeferred),
})
