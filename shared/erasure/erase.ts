/** Do the work: children before parents, the link last. Counts nothing; what would not go is named. */
import { hash } from 'node:crypto'
import { valuesOf } from '../person/identities.ts'
import { countedUnder } from '../person/item-holding.ts'
import { type Cursor, pagesInTurn } from '../person/pages.ts'
import { keyOf } from '../person/queries.ts'
import { isReadyFunction, type ReadyFunction, type ReadyHolding, withChildren } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Item } from '../records/records.ts'
import { CALL_AHEAD_MS, type Called, callIfUp, waitsFor } from './company-functions/company-functions.ts'
import { type EraseCounts, NOTHING_ERASED, plus } from './erase-counts.ts'
import { erasePage, isTodo, leaveItems } from './erase-page.ts'
import type { Position } from './plan.ts'

/** A page that is about to be worked on: who comes after a crash starts with it. */
export interface PageStart {
  readonly at: Position
  /** Its items that are to be worked on. */
  readonly items: number
  readonly before: EraseCounts
}

export interface EraseStart {
  readonly from: Position | undefined
  readonly before: EraseCounts
  /** Whether a holding has had so many items by now that somebody must be writing them meanwhile: the next round is for these. */
  readonly isEndless: (holding: string, seen: number) => boolean
  /** Items of the first page when it was begun, if it was: of parents, the position names them. */
  readonly begun?: number | undefined
  /** Nothing of a page is written to before this has returned. */
  readonly permit: (page: PageStart) => Promise<void>
}

/** @returns Where it stopped when time ran out: what comes before is done. */
export async function erase(
  work: Work,
  { from, before, begun, permit, isEndless }: EraseStart,
): Promise<EraseCounts & { readonly stoppedAt?: Position }> {
  const { steps } = work.ready
  const values = valuesOf(work.identities)
  const first = Math.max(
    steps.findIndex(({ name }) => name === from?.holding),
    0,
  )
  let done: EraseCounts = before
  let interrupted = begun === undefined ? undefined : { items: begun, parents: from?.cursor?.parents }
  for (const [n, place] of steps.slice(first).entries()) {
    const holding = place.name
    const cursor = n === 0 ? from?.cursor : undefined
    if (n > 0 && work.deadline.passed()) return { ...done, stoppedAt: { holding } }
    const isWaiting = waitsFor(done.unanswered ?? [], work.map, holding)
    if (isReadyFunction(place)) {
      // What nobody has counted is not erased.
      if (isWaiting) continue
      const { stoppedAt, ...called } = await eraseFunctionHolding(work, place, {
        from: cursor,
        before: done,
        permit,
      })
      done = { ...done, ...called }
      if (stoppedAt) return { ...done, stoppedAt }
      continue
    }
    for await (const { start, items, next, readAhead } of pagesInTurn(work, place, values, cursor)) {
      const isParent = place.children.length > 0
      const mine = items.filter((item) => isCountedHere(work, place, item))
      const parents = isParent ? mine.map((item) => shortName(place, item)) : undefined
      const missing = interrupted ? goneSince(interrupted, { items: mine.length, parents }) : 0
      interrupted = undefined
      if (missing > 0) done = plus(done, { ...NOTHING_ERASED, seen: { [holding]: missing } })
      const hasWork = isParent ? items.length > 0 : items.some((item) => isTodo(work, place, item))
      if (!isWaiting && hasWork) {
        const cursor = { ...start, ...(parents && { parents }) }
        await permit({ at: { holding, cursor }, items: mine.length, before: done })
      }
      readAhead()
      const here = await (isWaiting ? leaveItems : erasePage)(work, place, items)
      if (!here.isWhole) {
        // What is gone has been seen for the last time.
        const part = plus(done, { seen: here.gone, left: {}, writes: here.writes })
        return { ...part, stoppedAt: { holding, cursor: start } }
      }
      done = plus(done, here)
      if (isEndless(holding, done.seen[holding] ?? 0)) break
      if (next && isTooLate(work, place)) return { ...done, stoppedAt: { holding, cursor: next } }
    }
  }
  return done
}

interface Begun {
  readonly items: number
  readonly parents: readonly string[] | undefined
}

/**
 * What a worker took out of a page and did not live to count. Read again, the page has later items in place of these:
 * of parents, by which their children are told from lost ones, it is known which they were; of others, at least so many.
 */
function goneSince(begun: Begun, now: Begun): number {
  const { parents = [] } = now
  return begun.parents
    ? begun.parents.filter((name) => !parents.includes(name)).length
    : Math.max(begun.items - now.items, 0)
}

const isCountedHere = (work: Work, holding: ReadyHolding, item: Item): boolean =>
  countedUnder(work, holding, item) === holding && work.judge.needsWork(holding, item)

/** Tells the items of one page apart. */
const shortName = (holding: ReadyHolding, item: Item): string =>
  hash('sha256', JSON.stringify(keyOf(holding, item)), 'base64url').slice(0, 6)

/** How many of its items are gone is for the next look to say: an answer may have been lost on the way. */
async function eraseFunctionHolding(
  work: Work,
  fn: ReadyFunction,
  { from, before, permit }: Pick<EraseStart, 'before' | 'permit'> & { readonly from: Cursor | undefined },
): Promise<Pick<EraseCounts, 'writes' | 'unanswered'> & { readonly stoppedAt?: Position }> {
  let { writes } = before
  for (let cursor: Cursor | undefined = from ?? { query: 0 }; cursor; ) {
    const at: Position = { holding: fn.name, cursor }
    if (work.deadline.passed(CALL_AHEAD_MS)) return { writes, stoppedAt: at }
    await permit({ at, items: 0, before: { ...before, writes } })
    const answer: Called | undefined = await callIfUp(work, fn, 'erase', cursor)
    if (!answer) return { writes, unanswered: [...(before.unanswered ?? []), fn.name] }
    writes += answer.items
    cursor = answer.next
  }
  return { writes }
}

/** The time is over as well when the table's pace would not allow a write before. */
const isTooLate = (work: Work, holding: ReadyHolding): boolean =>
  work.deadline.passed(Math.max(...withChildren(holding).map(({ table }) => work.records.pauseMs(table))))
