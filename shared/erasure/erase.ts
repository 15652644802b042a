/** Do the work: children before parents, the link last. Counts nothing; what would not go is named. */
import { counted, erasePage, isTodo, leaveItems } from './erase-page.ts'
import { type Erased, NOTHING_ERASED, plus } from './erased.ts'
import { valuesOf } from './identities.ts'
import { CALL_AHEAD_MS, type Called, callIfUp, waitsFor } from './outside.ts'
import { type Cursor, pagesInTurn } from './pages.ts'
import { type FunctionPlace, isFunctionPlace, type Place, withChildren } from './places.ts'
import type { Position } from './plan.ts'
import type { Work } from './work.ts'

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
    for await (const { start, items, next, readAhead } of pagesInTurn(work, place, values, cursor)) {
      const at = { holding, cursor: start }
      const todo = counted(work, place, items)[holding] ?? 0
      const missing = Math.max((again ?? 0) - todo, 0)
      again = undefined
      const hasWork =
        place.children.length > 0 ? items.length > 0 : items.some((item) => isTodo(work, place, item))
      if (!isWaiting && hasWork) await permit({ at, items: todo + missing, before: done })
      readAhead()
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
