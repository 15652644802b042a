/** Do the work: children before parents, the link last. Counts nothing; what would not go is named. */
import type { Values } from '../config/template.ts'
import { act } from './actions.ts'
import { valuesOf } from './identities.ts'
import { CALL_AHEAD_MS, type Called, callIfUp, waitsFor } from './outside.ts'
import { type FunctionPlace, isFunctionPlace, type Place, withChildren } from './places.ts'
import type { Position } from './plan.ts'
import { keyOf, PARENTS_PER_PAGE } from './queries.ts'
import type { Item } from './records.ts'
import {
  type Cursor,
  childValues,
  countedUnder,
  deciderOf,
  isHeld,
  isUnreviewed,
  lessonOf,
  pagesOf,
  parentsAmong,
  type Work,
} from './work.ts'

/** Tries to empty the children of one page before its parents are left where they are. */
const CHILD_ROUNDS = 3

/** Items by the holding they count under. */
export type Items = Readonly<Record<string, number>>

/** What has become of the items so far. */
export interface Erased {
  /** What was there to be worked on: more than was planned if something was written meanwhile. */
  readonly seen: Items
  /** What is still there. */
  readonly left: Items
  /** Items written to: progress. */
  readonly writes: number
  /** Functions that could not answer, here or when it was planned: what they hold is for a later pass. */
  readonly unanswered?: readonly string[]
}

const NOTHING_ERASED: Erased = { seen: {}, left: {}, writes: 0 }

/** A page that is about to be worked on: who comes after a crash starts with it. */
export interface PageStart {
  readonly at: Position
  /** Its items that are to be worked on. */
  readonly items: number
  readonly before: Erased
}

export interface EraseStart {
  readonly from: Position | undefined
  readonly before: Erased
  /** Whether a holding has had so many items by now that somebody must be writing them meanwhile: the next round is for these. */
  readonly isEndless: (holding: string, seen: number) => boolean
  /** Items of the first page when it was begun, if it was. */
  readonly begun?: number | undefined
  /** Nothing of a page is written to before this has returned. */
  readonly permit: (page: PageStart) => Promise<void>
}

/** @returns Where it stopped when time ran out: what comes before is done. */
export async function erase(
  work: Work,
  { from, before, begun, permit, isEndless }: EraseStart,
): Promise<Erased & { readonly stoppedAt?: Position; readonly begun?: number }> {
  const { steps } = work.places
  const values = valuesOf(work.identities)
  const first = Math.max(
    steps.findIndex(({ name }) => name === from?.holding),
    0,
  )
  let done: Erased = before
  let again = begun
  for (const [n, place] of steps.slice(first).entries()) {
    const holding = place.name
    const cursor = n === 0 ? from?.cursor : undefined
    if (n > 0 && work.outOfTime()) return { ...done, stoppedAt: { holding } }
    const isWaiting = waitsFor(done.unanswered ?? [], work.map, holding)
    if (isFunctionPlace(place)) {
      // What nobody has counted is not erased.
      if (isWaiting) continue
      const { stoppedAt, ...called } = await eraseOutside(work, place, { from: cursor, before: done, permit })
      done = { ...done, ...called }
      if (stoppedAt) return { ...done, stoppedAt }
      continue
    }
    for await (const { start, items, next } of pagesOf(work, place, values, cursor)) {
      const at = { holding, cursor: start }
      const todo = counted(work, place, items)[holding] ?? 0
      const missing = Math.max((again ?? 0) - todo, 0)
      again = undefined
      const hasWork =
        place.children.length > 0 ? items.length > 0 : items.some((item) => isTodo(work, place, item))
      if (!isWaiting && hasWork) await permit({ at, items: todo + missing, before: done })
      const here = await (isWaiting ? leaveItems : erasePage)(work, place, items)
      const before = missing > 0 ? plus(done, { ...NOTHING_ERASED, seen: { [holding]: missing } }) : done
      if (!here.isWhole) {
        // What is gone has been seen for the last time.
        const part = plus(before, { seen: here.gone, left: {}, writes: here.writes })
        return { ...part, stoppedAt: at, begun: todo - (here.gone[holding] ?? 0) }
      }
      done = plus(before, here)
      if (isEndless(holding, done.seen[holding] ?? 0)) break
      if (next && isTimeUp(work, place)) return { ...done, stoppedAt: { holding, cursor: next } }
    }
  }
  return done
}

/** How many of its items are gone is for the next look to say: an answer may have been lost on the way. */
async function eraseOutside(
  work: Work,
  place: FunctionPlace,
  { from, before, permit }: Pick<EraseStart, 'before' | 'permit'> & { readonly from: Cursor | undefined },
): Promise<Pick<Erased, 'writes' | 'unanswered'> & { readonly stoppedAt?: Position }> {
  let { writes } = before
  for (let cursor: Cursor | undefined = from ?? { query: 0 }; cursor; ) {
    const at: Position = { holding: place.name, cursor }
    if (work.outOfTime(CALL_AHEAD_MS)) return { writes, stoppedAt: at }
    await permit({ at, items: 0, before: { ...before, writes } })
    const answer: Called | undefined = await callIfUp(work, place, 'erase', cursor)
    if (!answer) return { writes, unanswered: [...(before.unanswered ?? []), place.name] }
    writes += answer.items
    cursor = answer.next
  }
  return { writes }
}

/** The time is over as well when the table's pace would not allow a write before. */
const isTimeUp = (work: Work, place: Place): boolean =>
  work.outOfTime(Math.max(...withChildren(place).map(({ table }) => work.records.pauseMs(table))))

/** `isClear`: nothing stays that would lose its way if the parent of these items went. `isWhole`: none was left for want of time. */
interface Done extends Erased {
  /** What was written to. */
  readonly gone: Items
  readonly isClear: boolean
  readonly isWhole: boolean
}

const NONE: Done = { ...NOTHING_ERASED, gone: {}, isClear: true, isWhole: true }

/** What a page of another holding's parents would take away, it takes in parts that fit into a slice. */
async function erasePage(work: Work, place: Place, items: readonly Item[]): Promise<Done> {
  const hasParents = parentsAmong(work, place, items, () => true).some((one) => one.items.length > 0)
  if (!hasParents || items.length <= PARENTS_PER_PAGE) return eraseItems(work, place, items, FRESH)
  const parts: Done[] = []
  for (let from = 0; from < items.length; from += PARENTS_PER_PAGE) {
    const isOver = from > 0 && work.outOfTime()
    if (isOver) return { ...sum(parts), isWhole: false }
    const part = await eraseItems(work, place, items.slice(from, from + PARENTS_PER_PAGE), FRESH)
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

/** What another holding keeps is not touched, but its children are worked like any other's. */
async function eraseItems(
  work: Work,
  place: Place,
  items: readonly Item[],
  { rounds, above }: Descent,
): Promise<Done> {
  const { open = [], closed = [] } = Object.groupBy(items, (item) => {
    const decider = deciderOf(work, place, item)
    return !decider || mayGo(work, decider, item) ? 'open' : 'closed'
  })
  const left = await leaveItems(work, place, closed)
  const stays: Done = {
    ...left,
    seen: add(left.seen, counted(work, place, open)),
    isClear: closed.length === 0,
  }
  if (open.length === 0) return stays
  const nameIn = (parent: Place) => (item: Item) => JSON.stringify([parent.name, keyOf(parent, item)])
  const parents = parentsAmong(work, place, open, (item) => isTodo(work, place, item))
    .map(({ parent, items: all }) => ({
      parent,
      items: all.filter((item) => !above.has(nameIn(parent)(item))),
    }))
    .filter(({ items: all }) => all.length > 0)
  if (parents.length === 0) return sum([stays, await actOn(work, place, open)])

  const names = parents.flatMap(({ parent, items: all }) => all.map(nameIn(parent)))
  const descent = { rounds, above: new Set([...above, ...names]) }
  const cleared: Done[] = []
  for (const { parent, items: all } of parents) {
    cleared.push(await clearChildren(work, parent, childValues(work, parent, all), descent))
  }
  const children = sum(cleared)
  if (!children.isWhole) return sum([stays, children])
  if (children.isClear) return sum([stays, children, await actOn(work, place, open)])
  if (open.length === 1) return sum([stays, children, { ...NONE, left: counted(work, place, open) }])
  // A child that would not go keeps its own parent, not the others of the page.
  const each: Done[] = [stays, { ...children, left: {} }]
  for (const item of open)
    each.push({ ...(await eraseItems(work, place, [item], { rounds: 1, above })), seen: {} })
  return sum(each)
}

/** Touches nothing, and says what stays there. */
async function leaveItems(work: Work, place: Place, items: readonly Item[]): Promise<Done> {
  const mine = counted(work, place, items)
  const all: Done[] = [{ ...NONE, seen: mine, left: mine }]
  if (items.length === 0) return sum(all)
  for (const child of place.children) {
    for await (const page of pagesOf(work, child, childValues(work, place, items))) {
      all.push(await leaveItems(work, child, page.items))
    }
  }
  return sum(all)
}

/** Neither held, nor waiting for an approval, nor the only way to what nobody knows yet. */
const mayGo = (work: Work, place: Place, item: Item): boolean =>
  lessonOf(work, place, item) === 'known' && !isHeld(place, item) && !isUnreviewed(place, item)

async function actOn(work: Work, finder: Place, items: readonly Item[]): Promise<Done> {
  const { records, judge } = work
  const todo = Map.groupBy(
    items.filter((item) => isTodo(work, finder, item)),
    (item) => deciderOf(work, finder, item),
  )
  const all: Done[] = []
  for (const [place, some] of todo) {
    if (!place) continue
    const isOver = () => work.outOfTime(records.pauseMs(place.table))
    const { refused, written, isWhole } = await act({ records, judge, isOver }, place, some)
    all.push({
      ...NONE,
      gone: counted(work, finder, written),
      left: counted(work, finder, refused),
      writes: written.length,
      isWhole,
    })
  }
  return sum(all)
}

/** Whether something is to be done to an item, by the place that has found it. */
function isTodo(work: Work, finder: Place, item: Item): boolean {
  const place = deciderOf(work, finder, item)
  return place !== undefined && work.judge.needsWork(place, item)
}

/** Erases and reads back until nothing of the children, or of theirs, needs work; what is left, by the last reading. */
async function clearChildren(
  work: Work,
  parent: Place,
  values: Values,
  { rounds, above }: Descent,
): Promise<Done> {
  const isIndexed = parent.children.flatMap(withChildren).some(({ index }) => index !== undefined)
  let seen: Items = {}
  let gone: Items = {}
  let writes = 0
  let looksClear = 0
  for (let round = 0; ; round += 1) {
    let isClear = true
    let left: Items = {}
    // Grandchildren are tried as often in the first round only, or the tries would multiply.
    const deeper = round === 0 ? rounds : 1
    for (const child of parent.children) {
      for await (const { items, unclear } of pagesOf(work, child, values)) {
        const hasTodo = items.some((item) => isTodo(work, child, item))
        const done = await eraseItems(work, child, items, { rounds: deeper, above })
        if (hasTodo || unclear.length > 0 || !done.isClear) isClear = false
        left = add(left, done.left)
        gone = add(gone, done.gone)
        writes += done.writes
        if (round === 0) seen = add(seen, done.seen)
        if (!done.isWhole) return { isClear: false, isWhole: false, seen, gone, left, writes }
      }
    }
    looksClear = isClear ? looksClear + 1 : 0
    const isProven = looksClear > (isIndexed ? 1 : 0)
    if (isProven || (!isClear && round >= rounds)) return { isClear, isWhole: true, seen, gone, left, writes }
    if (isIndexed) {
      // What an index does not show yet could never be found once its parent is gone.
      if (work.outOfTime(work.settle.milliseconds))
        return { isClear: false, isWhole: false, seen, gone, left, writes }
      await work.settle.wait()
    }
  }
}

/** Of these items, those that need work, by the holding they count under. */
function counted(work: Work, finder: Place, items: readonly Item[]): Items {
  const counts: Record<string, number> = {}
  for (const item of items) {
    const under = countedUnder(work, finder, item)
    if (under && work.judge.needsWork(under, item)) counts[under.name] = (counts[under.name] ?? 0) + 1
  }
  return counts
}

const add = (a: Items, b: Items): Items => ({
  ...a,
  ...Object.fromEntries(Object.entries(b).map(([name, items]) => [name, (a[name] ?? 0) + items])),
})

const plus = (a: Erased, b: Erased): Erased => ({
  ...a,
  seen: add(a.seen, b.seen),
  left: add(a.left, b.left),
  writes: a.writes + b.writes,
})

const sum = (all: readonly Done[]): Done => ({
  ...all.reduce(plus, NOTHING_ERASED),
  gone: all.map(({ gone }) => gone).reduce(add, {}),
  isClear: all.every(({ isClear }) => isClear),
  isWhole: all.every(({ isWhole }) => isWhole),
})
