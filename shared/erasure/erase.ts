/** Do the work: children before parents, the link last. Counts nothing; what would not go is named. */
import type { Values } from '../config/template.ts'
import { act } from './actions.ts'
import { valuesOf } from './identities.ts'
import { CALL_AHEAD_MS, type Called, callIfUp, waitsFor } from './outside.ts'
import { type FunctionPlace, isFunctionPlace, type Place, withChildren } from './places.ts'
import type { Position } from './plan.ts'
import type { Item } from './records.ts'
import {
  type Cursor,
  childValues,
  countsUnder,
  isHeld,
  isKeptElsewhere,
  isUnreviewed,
  lessonOf,
  pagesOf,
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
  /** Items of the first page when it was begun, if it was. */
  readonly begun?: number | undefined
  /** Nothing of a page is written to before this has returned. */
  readonly permit: (page: PageStart) => Promise<void>
}

/** @returns Where it stopped when time ran out: what comes before is done. */
export async function erase(
  work: Work,
  { from, before, begun, permit }: EraseStart,
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
      if (
        !isWaiting &&
        ((items.length > 0 && place.children.length > 0) ||
          items.some((item) => work.judge.needsWork(place, item)))
      ) {
        await permit({ at, items: todo + missing, before: done })
      }
      const here = await (isWaiting ? leaveItems : eraseItems)(work, place, items)
      const before = missing > 0 ? plus(done, { ...NOTHING_ERASED, seen: { [holding]: missing } }) : done
      if (!here.isWhole) {
        // What is gone has been seen for the last time.
        const part = plus(before, { seen: here.gone, left: {}, writes: here.writes })
        return { ...part, stoppedAt: at, begun: todo - (here.gone[holding] ?? 0) }
      }
      done = plus(before, here)
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

/** What another holding keeps is not touched, but its children are worked like any other's. */
async function eraseItems(
  work: Work,
  place: Place,
  items: readonly Item[],
  rounds = CHILD_ROUNDS,
): Promise<Done> {
  const { open = [], closed = [] } = Object.groupBy(items, (item) =>
    isKeptElsewhere(work, place, item) || mayGo(work, place, item) ? 'open' : 'closed',
  )
  const stays: Done = {
    ...NONE,
    seen: counted(work, place, items),
    left: counted(work, place, closed),
    isClear: closed.length === 0,
  }
  if (open.length === 0) return stays
  if (place.children.length === 0) return sum([stays, await actOn(work, place, open)])

  const children = await clearChildren(work, place, childValues(work, place, open), rounds)
  if (!children.isWhole) return sum([stays, children])
  if (children.isClear) return sum([stays, children, await actOn(work, place, open)])
  if (open.length === 1) return sum([stays, children, { ...NONE, left: counted(work, place, open) }])
  // A child that would not go keeps its own parent, not the others of the page.
  const each: Done[] = [stays, { ...children, left: {} }]
  for (const item of open) each.push({ ...(await eraseItems(work, place, [item], 1)), seen: {} })
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

async function actOn(work: Work, place: Place, items: readonly Item[]): Promise<Done> {
  const { records, judge } = work
  const todo = items.filter((item) => judge.needsWork(place, item) && !isKeptElsewhere(work, place, item))
  if (todo.length === 0) return NONE
  const isOver = () => work.outOfTime(records.pauseMs(place.table))
  const { refused, written, isWhole } = await act({ records, judge, isOver }, place, todo)
  return {
    ...NONE,
    gone: counted(work, place, written),
    left: counted(work, place, refused),
    writes: written.length,
    isWhole,
  }
}

/** Erases and reads back until nothing of the children, or of theirs, needs work; what is left, by the last reading. */
async function clearChildren(work: Work, parent: Place, values: Values, rounds: number): Promise<Done> {
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
        const todo = items.filter(
          (item) => work.judge.needsWork(child, item) && !isKeptElsewhere(work, child, item),
        )
        const done = await eraseItems(work, child, items, deeper)
        if (todo.length + unclear.length > 0 || !done.isClear) isClear = false
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
function counted(work: Work, place: Place, items: readonly Item[]): Items {
  const mine = items.filter((item) => work.judge.needsWork(place, item) && countsUnder(work, place, item))
  return mine.length > 0 ? { [place.name]: mine.length } : {}
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
