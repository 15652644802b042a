/** The erase phase: works on every holding in plan order, children before parents, the link last, and keeps what is done. */
import { type Cursor, type HoldingCursor, pagesInTurn } from '../person/pages.ts'
import { ITEMS_PER_PAGE } from '../person/queries.ts'
import { isReadyFunction, type ReadyHolding, withChildren } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Erasing } from './checkpoint.ts'
import { waitsFor, workFunctionHolding } from './company-functions/company-functions.ts'
import {
  addTo,
  type EraseCounts,
  goneOf,
  type ItemCounts,
  NOTHING_ERASED,
  orphanedIn,
  outcomeOf,
  plus,
  split,
  toCounts,
} from './counts.ts'
import { countsIn, erasePage, leaveItems } from './erase-page.ts'
import { addCounts } from './outcome.ts'
import { type Begun, begunAt, finderOf, missingFrom, unsureAfter } from './page-at-work.ts'
import { ifHeld, opened, type PhaseContext, type PhaseResult, sealed, unlessDue } from './phase-context.ts'
import { withWork } from './strands.ts'
import { levelOfItem, mayWait } from './sweeps.ts'

export async function erasePhase(context: PhaseContext, start: Erasing): Promise<PhaseResult> {
  const { work } = context
  const held = await ifHeld(context, start)
  if (held) return held
  const notDue = await unlessDue(context)
  if (notDue) return notDue
  const { taken, vanished, refused, read, writes = 0, unanswered = [], planned, stoppedAt: before } = start
  const at = before && (await opened(context, before))
  const from = at && { ...at, begun: await begunAt(context, before) }
  const unsure = [...new Set([...(start.unsure ?? []), ...unsureAfter(work, from)])]
  const reached = async (counts: EraseCounts, stop: Place, page?: Pick<PageStart, 'items' | 'end'>) => {
    const soFar = addCounts(work.map, start.done, goneOf(work.map, counts))
    const { end, items } = page ?? {}
    const pageEnd = end && (await context.cursors.seal(end))
    const step = work.ready.roots.find(({ name }) => name === stop.holding)
    const finder = items && step && finderOf(step)
    return {
      ...start,
      ...counts,
      soFar,
      ...(unsure.length > 0 && { unsure }),
      stoppedAt: {
        ...(await sealed(context, stop)),
        page: items,
        pageEnd,
        finder,
      },
    }
  }
  const { stoppedAt, ...erased } = await erase(work, {
    from,
    before: { taken, vanished, refused, read, writes, unanswered },
    isEndless: (holding, items) => items > 2 * (planned[holding]?.items ?? 0) + ITEMS_PER_PAGE,
    permit: async (page) => context.permitWrites(await reached(page.before, page.at, page), work.identities),
  })
  if (stoppedAt) return { is: 'more', progress: await reached(erased, stoppedAt) }
  const { taken: _taken, vanished: _vanished, refused: _refused, read: _read, soFar: _soFar, ...rest } = start
  const [inTables, ofFunctions] = split(planned, (name) => !work.ready.steps.some(isFunctionNamed(name)))
  const orphaned = { ...start.orphaned, ...orphanedIn(work.ready, planned, erased) }
  const done = addCounts(work.map, start.done, outcomeOf(work.map, inTables, erased, { unsure, orphaned }))
  const { writes: written, unanswered: failed = [] } = erased
  const next = { ...rest, done, orphaned, planned: ofFunctions, writes: written, unanswered: failed }
  return { is: 'next', progress: { ...next, phase: 'verify', stoppedAt: undefined }, work }
}

const isFunctionNamed = (name: string) => (step: ReadyHoldingOrFunction) =>
  isReadyFunction(step) && step.name === name
type ReadyHoldingOrFunction = Work['ready']['steps'][number]

/** Where the phase stands: in which sweep of which holding, at which page. */
export interface Place extends HoldingCursor {
  readonly sweep?: number | undefined
  /** Whether a page before has left items for the next sweep. */
  readonly deferred?: boolean | undefined
}

/** A page that is about to be worked on: after a crash, the next worker starts with it. */
export interface PageStart {
  readonly at: Place
  /** Its items that are to be worked on, by the holding they count under. */
  readonly items?: ItemCounts
  /** Where the page after it begins. */
  readonly end?: HoldingCursor['cursor']
  readonly before: EraseCounts
}

export interface EraseStart {
  readonly from: (Place & { readonly begun?: Begun | undefined }) | undefined
  readonly before: EraseCounts
  /** Whether a holding has had so many items by now that others must be writing them: those are for the next round. */
  readonly isEndless: (holding: string, read: number) => boolean
  /** Nothing of a page is written to before this has returned. */
  readonly permit: (page: PageStart) => Promise<void>
}

/** @returns Where it stopped if the deadline has passed: all before that is done. */
export async function erase(
  work: Work,
  { from, before, permit, isEndless }: EraseStart,
): Promise<EraseCounts & { readonly stoppedAt?: Place }> {
  const { steps } = work.ready
  const first = Math.max(
    0,
    steps.findIndex(({ name }) => name === from?.holding),
  )
  let done: EraseCounts = before
  for (const [n, step] of steps.slice(first).entries()) {
    const holding = step.name
    if (n > 0 && work.deadline.passed()) return { ...done, stoppedAt: { holding } }
    const isWaiting = waitsFor(done.unanswered ?? [], work.map, holding)
    if (isReadyFunction(step)) {
      // Items that could not be counted are not erased.
      if (isWaiting) continue
      const start = done
      const cursor = n === 0 ? from?.cursor : undefined
      const called = await workFunctionHolding(work, step, 'erase', cursor, (at, items) =>
        permit({ at: { holding, cursor: at }, before: withWrites(start, items) }),
      )
      done = withWrites(start, called.items)
      if (called.isDown) done = { ...done, unanswered: [...(done.unanswered ?? []), holding] }
      if (called.next) return { ...done, stoppedAt: { holding, cursor: called.next } }
      continue
    }
    let start: EraseStart['from'] = n === 0 ? from : undefined
    let tries = 0
    for (let sweep: number | undefined = start?.sweep ?? 0; sweep !== undefined; ) {
      if (sweep > 0 && !start?.cursor) {
        if (work.deadline.passed(work.settle.milliseconds)) return { ...done, stoppedAt: { holding, sweep } }
        await work.settle.wait()
      }
      if (!start?.cursor) done = withoutRefused(step, done)
      const swept = await sweepStep(work, step, { done, sweep, start, isWaiting, isEndless, permit })
      done = swept.done
      if (swept.stoppedAt) return { ...done, stoppedAt: swept.stoppedAt }
      start = undefined
      tries += 1
      // Children that an index shows late are given another wait.
      if (swept.isLate && tries < SWEEPS_PER_LEVEL) continue
      sweep = swept.isDeferred ? sweep + 1 : undefined
      tries = 0
    }
  }
  return done
}

const SWEEPS_PER_LEVEL = 3

interface Sweep extends Pick<EraseStart, 'isEndless' | 'permit'> {
  readonly done: EraseCounts
  readonly sweep: number
  readonly start: EraseStart['from']
  readonly isWaiting: boolean
}

interface Swept {
  readonly done: EraseCounts
  readonly isLate: boolean
  /** Whether items are left for another sweep. */
  readonly isDeferred: boolean
  readonly stoppedAt?: Place
}

async function sweepStep(
  work: Work,
  step: ReadyHolding,
  { done: before, sweep, start: from, isWaiting, isEndless, permit }: Sweep,
): Promise<Swept> {
  const { name: holding } = step
  const hasSweeps = mayWait(work.ready, step)
  const isParent = step.children.length > 0
  let done = before
  let isLate = false
  let isDeferred = from?.deferred === true
  // Of a page that another worker had begun, and may still be at, what is gone was taken by that worker.
  let isBegun = from?.begun !== undefined
  const at = (cursor: Cursor): Place => ({
    holding,
    cursor,
    ...(hasSweeps && {
      sweep,
      ...(isDeferred && { deferred: true }),
    }),
  })
  if (from?.begun) {
    const missing = await missingFrom(work, step, from.cursor, from.begun)
    done = plus(done, { ...NOTHING_ERASED, taken: toCounts(missing) })
  }
  const { identities } = work
  for await (const { start, items, next, readAhead } of pagesInTurn(work, step, identities, from?.cursor)) {
    const todo = isWaiting ? [] : await withWork(work, step, items)
    const beforePage = done
    if (isParent ? items.length > 0 : todo.length > 0) {
      const now = hasSweeps ? todo.filter((item) => levelOfItem(work, step, item) <= sweep) : todo
      const counted = countsIn(work, step, now)
      if (!isWaiting) {
        await permit({ at: at(start), items: counted, end: next, before: done })
      }
      done = plus(done, { ...NOTHING_ERASED, read: { [holding]: now.length } })
    }
    readAhead()
    const worked = await (isWaiting ? leaveItems(work, step, items) : erasePage(work, step, items, sweep))
    const here = isBegun ? vanishedAsTaken(worked) : worked
    isBegun = false
    if (!here.isWhole) {
      // The page is read again, and what was refused.
      return { done: plus(beforePage, { ...here, refused: {} }), isLate, isDeferred, stoppedAt: at(start) }
    }
    done = plus(done, here)
    isLate ||= here.isLate
    isDeferred ||= here.isDeferred
    if (isEndless(holding, done.read[holding] ?? 0)) break
    if (next && isTooLate(work, step)) {
      return { done, isLate, isDeferred, stoppedAt: at(next) }
    }
  }
  return { done, isLate, isDeferred }
}

const vanishedAsTaken = <T extends EraseCounts>(counts: T): T => ({
  ...counts,
  taken: addTo(counts.taken, toCounts(counts.vanished)),
  vanished: {},
})

/** A sweep reads again what the one before could not take. */
const withoutRefused = (step: ReadyHolding, counts: EraseCounts): EraseCounts => {
  const names = withChildren(step).map(({ name }) => name)
  return { ...counts, refused: split(counts.refused, (name) => names.includes(name))[1] }
}

const withWrites = (counts: EraseCounts, writes: number): EraseCounts =>
  plus(counts, { ...NOTHING_ERASED, writes })

/** The deadline counts as passed when the table's pace would not allow a write before it. */
const isTooLate = (work: Work, holding: ReadyHolding): boolean =>
  work.deadline.passed(Math.max(...withChildren(holding).map(({ table }) => work.records.pauseMs(table))))
