/** The erase phase: works on every holding in plan order, children before parents, the link last, and keeps what is done. */
import { hash } from 'node:crypto'
import { actionKind } from '../data-map/holdings.ts'
import { valuesOf } from '../person/identities.ts'
import { countedUnder } from '../person/item-holding.ts'
import { type HoldingCursor, pagesInTurn } from '../person/pages.ts'
import { ITEMS_PER_PAGE, keyOf } from '../person/queries.ts'
import { isReadyFunction, type ReadyHolding, type ReadyMap, withChildren } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Item } from '../records/records.ts'
import type { Erasing } from './checkpoint.ts'
import { waitsFor, workFunctionHolding } from './company-functions/company-functions.ts'
import { type EraseCounts, gone, NOTHING_ERASED, notMetIn, orphanedIn, plus, split } from './counts.ts'
import { erasePage, isTodo, leaveItems } from './erase-page.ts'
import { addCounts, withoutNotMet } from './outcome.ts'
import { ifHeld, opened, type PhaseContext, type PhaseResult, sealed, unlessDue } from './phase-context.ts'

export async function erasePhase(context: PhaseContext, start: Erasing): Promise<PhaseResult> {
  const { work } = context
  const held = await ifHeld(context, start)
  if (held) return held
  const notDue = await unlessDue(context)
  if (notDue) return notDue
  const { met, refused, writes = 0, unanswered = [], planned, stoppedAt: before } = start
  const from = before && (await opened(context, before))
  const reached = async (counts: EraseCounts, at: HoldingCursor, page?: number) => ({
    ...erasedUpTo(work, start, counts, at.holding),
    stoppedAt: { ...(await sealed(context, at)), page },
  })
  const { stoppedAt, ...erased } = await erase(work, {
    from,
    before: { met, refused, writes, unanswered },
    begun: from?.cursor && from.page,
    isEndless: (holding, items) => items > 2 * (planned[holding]?.items ?? 0) + ITEMS_PER_PAGE,
    permit: async (page) =>
      context.permitWrites(await reached(page.before, page.at, page.items), work.identities),
  })
  if (stoppedAt) return { is: 'more', progress: await reached(erased, stoppedAt) }
  const { met: _met, refused: _refused, ...worked } = erasedUpTo(work, start, erased, undefined)
  return { is: 'next', progress: { ...worked, phase: 'verify', stoppedAt: undefined }, work }
}

/** Holdings that are worked through count as done; of the others, what was met so far is kept. */
function erasedUpTo(
  { map, ready }: Work,
  start: Erasing,
  { met, refused, writes, unanswered = [] }: EraseCounts,
  stoppedAt: string | undefined,
): Erasing {
  const finished = finishedBefore(ready, stoppedAt)
  const isFinished = (name: string): boolean => finished.includes(name)
  const [done, planned] = split(start.planned, isFinished)
  const orphaned = orphanedIn(ready, done, met)
  const counted = addCounts(map, start.done, gone(done, { met, refused }))
  return {
    ...start,
    planned,
    notMet: { ...start.notMet, ...notMetIn(ready, done, met) },
    orphaned: { ...start.orphaned, ...orphaned },
    done: withoutNotMet(map, counted, orphaned),
    met: split(met, isFinished)[1],
    refused: split(refused, isFinished)[1],
    writes,
    unanswered,
  }
}

/**
 * Holdings in tables that are worked through, children with their parents. Retained children are only once every holding
 * of their table is, as others may find them too.
 */
function finishedBefore({ steps }: ReadyMap, stoppedAt: string | undefined): readonly string[] {
  const stop = stoppedAt === undefined ? steps.length : steps.findIndex(({ name }) => name === stoppedAt)
  const tablesToCome = steps.slice(stop).flatMap((step) => (isReadyFunction(step) ? [] : [step.table]))
  return steps
    .slice(0, stop)
    .flatMap((step) => (isReadyFunction(step) ? [] : withChildren(step)))
    .filter(({ config: holding, action, table }) => {
      const mayBeMet =
        holding.per !== undefined && actionKind(action) === 'retain' && tablesToCome.includes(table)
      return !mayBeMet
    })
    .map(({ name }) => name)
}

/** A page that is about to be worked on: after a crash, the next worker starts with it. */
export interface PageStart {
  readonly at: HoldingCursor
  /** Its items that are to be worked on. */
  readonly items: number
  readonly before: EraseCounts
}

export interface EraseStart {
  readonly from: HoldingCursor | undefined
  readonly before: EraseCounts
  /** Whether a holding has had so many items by now that others must be writing them: those are for the next round. */
  readonly isEndless: (holding: string, met: number) => boolean
  /** Items of the first page when it was begun, if it was; if they are parents, its cursor names them. */
  readonly begun?: number | undefined
  /** Nothing of a page is written to before this has returned. */
  readonly permit: (page: PageStart) => Promise<void>
}

/** @returns Where it stopped if the deadline has passed: all before that is done. */
export async function erase(
  work: Work,
  { from, before, begun, permit, isEndless }: EraseStart,
): Promise<EraseCounts & { readonly stoppedAt?: HoldingCursor }> {
  const { steps } = work.ready
  const values = valuesOf(work.identities)
  const first = Math.max(
    0,
    steps.findIndex(({ name }) => name === from?.holding),
  )
  let done: EraseCounts = before
  let interrupted = begun === undefined ? undefined : { items: begun, parents: from?.cursor?.parents }
  for (const [n, step] of steps.slice(first).entries()) {
    const holding = step.name
    const cursor = n === 0 ? from?.cursor : undefined
    if (n > 0 && work.deadline.passed()) return { ...done, stoppedAt: { holding } }
    const isWaiting = waitsFor(done.unanswered ?? [], work.map, holding)
    if (isReadyFunction(step)) {
      // Items that could not be counted are not erased.
      if (isWaiting) continue
      const start = done
      const called = await workFunctionHolding(work, step, 'erase', cursor, (at, items) =>
        permit({ at: { holding, cursor: at }, items: 0, before: withWrites(start, items) }),
      )
      done = withWrites(start, called.items)
      if (called.isDown) done = { ...done, unanswered: [...(done.unanswered ?? []), holding] }
      if (called.next) return { ...done, stoppedAt: { holding, cursor: called.next } }
      continue
    }
    for await (const { start, items, next, readAhead } of pagesInTurn(work, step, values, cursor)) {
      const isParent = step.children.length > 0
      const mine = items.filter((item) => isCountedHere(work, step, item))
      const parents = isParent ? mine.map((item) => shortName(step, item)) : undefined
      const missing = interrupted ? goneSince(interrupted, mine.length, parents) : 0
      interrupted = undefined
      if (missing > 0) done = plus(done, { ...NOTHING_ERASED, met: { [holding]: missing } })
      const hasWork = isParent ? items.length > 0 : items.some((item) => isTodo(work, step, item))
      if (!isWaiting && hasWork) {
        const cursor = { ...start, ...(parents && { parents }) }
        await permit({ at: { holding, cursor }, items: mine.length, before: done })
      }
      readAhead()
      const here = await (isWaiting ? leaveItems : erasePage)(work, step, items)
      if (!here.isWhole) {
        // Items that are gone will not be met again.
        const part = plus(done, { met: here.gone, refused: {}, writes: here.writes })
        return { ...part, stoppedAt: { holding, cursor: start } }
      }
      done = plus(done, here)
      if (isEndless(holding, done.met[holding] ?? 0)) break
      if (next && isTooLate(work, step)) return { ...done, stoppedAt: { holding, cursor: next } }
    }
  }
  return done
}

const withWrites = (counts: EraseCounts, writes: number): EraseCounts =>
  plus(counts, { ...NOTHING_ERASED, writes })

/**
 * Items of a page that a killed worker had erased and not counted. Read again, the page has later items in their place:
 * which parents are missing is known by name (their orphans depend on it); of other items, at least how many.
 */
function goneSince(
  begun: { readonly items: number; readonly parents: readonly string[] | undefined },
  items: number,
  parents: readonly string[] = [],
): number {
  return begun.parents
    ? begun.parents.filter((name) => !parents.includes(name)).length
    : Math.max(begun.items - items, 0)
}

const isCountedHere = (work: Work, holding: ReadyHolding, item: Item): boolean =>
  countedUnder(work, holding, item) === holding && work.judge.needsWork(holding, item)

/** Tells the items of one page apart. */
const shortName = (holding: ReadyHolding, item: Item): string =>
  hash('sha256', JSON.stringify(keyOf(holding, item)), 'base64url').slice(0, 6)

/** The deadline counts as passed when the table's pace would not allow a write before it. */
const isTooLate = (work: Work, holding: ReadyHolding): boolean =>
  work.deadline.passed(Math.max(...withChildren(holding).map(({ table }) => work.records.pauseMs(table))))
