/** Count what is there, touching nothing. */

import { actionKind, retainOf } from '../data-map/holdings.ts'
import type { Values } from '../data-map/template.ts'
import { meets } from '../person/conditions.ts'
import { valuesOf } from '../person/identities.ts'
import { keptUntil } from '../person/item-dates.ts'
import { countedUnder } from '../person/item-holding.ts'
import { type Cursor, childValues, countsOf, pagesOf } from '../person/pages.ts'
import { isReadyFunction, type ReadyFunction, type ReadyHolding } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Item } from '../records/records.ts'
import type { Counts } from '../requests/outcome.ts'

import { CALL_AHEAD_MS, type Called, callIfUp } from './company-functions/company-functions.ts'

/** Where a step goes on, or starts. */
export interface Position {
  readonly holding: string
  readonly cursor?: Cursor
}

/** What a plan has found so far. */
export interface Planned {
  readonly counts: Counts
  /** Holdings with items that the operator has to approve. */
  readonly flagged: readonly string[]
  /** Functions that could not say what they hold. */
  readonly unanswered: readonly string[]
}

export interface PlanStart {
  /** Also count what needs no work any more: what is kept is counted once, by the first pass. */
  readonly everything: boolean
  readonly from?: Position | undefined
  /** What has been found so far. */
  readonly counts?: Counts | undefined
  readonly flagged?: readonly string[] | undefined
  readonly unanswered?: readonly string[] | undefined
}

/**
 * Counts distinct items, each under the first holding that finds it.
 *
 * @returns Where it stopped when time ran out.
 */
export async function plan(
  work: Work,
  { everything, from, counts = {}, flagged = [], unanswered = [] }: PlanStart,
): Promise<Planned & { readonly stoppedAt?: Position }> {
  let planned: Planned = { counts, flagged, unanswered }
  const { steps } = work.ready
  const values = valuesOf(work.identities)
  const first = Math.max(from ? steps.findIndex(({ name }) => name === from.holding) : 0, 0)
  for (const [n, place] of steps.slice(first).entries()) {
    const cursor = n === 0 ? from?.cursor : undefined
    if (isReadyFunction(place)) {
      const { stoppedAt, ...counted } = await planFunctionHolding(work, place, cursor, planned)
      planned = counted
      if (stoppedAt) return { ...planned, stoppedAt }
    } else {
      const pages = isCountable(work, place) ? countsOf : pagesOf
      for await (const { items, next } of pages(work, place, values, cursor)) {
        const found =
          typeof items === 'number'
            ? { counts: withCount(planned.counts, place, items) }
            : await addItems(work, place, items, everything, planned)
        planned = { ...planned, ...found }
        if (next && work.deadline.passed())
          return { ...planned, stoppedAt: { holding: place.name, cursor: next } }
      }
    }
    const following = steps[first + n + 1]
    if (following && work.deadline.passed()) return { ...planned, stoppedAt: { holding: following.name } }
  }
  return planned
}

/** Whatever its queries find is the person's, counts under it, and says nothing else that a plan asks for. */
const isCountable = (
  { everywhere }: Work,
  { table, action, index, partition, owner, unless, reviewWhen, children }: ReadyHolding,
): boolean =>
  everywhere.byTable.get(table)?.length === 1 &&
  action === 'erase' &&
  index === undefined &&
  partition !== undefined &&
  [...owner, ...unless, ...reviewWhen, ...children].length === 0

const withCount = (counts: Counts, { name }: ReadyHolding, items: number): Counts =>
  items === 0 ? counts : { ...counts, [name]: { items: (counts[name]?.items ?? 0) + items } }

async function planFunctionHolding(
  work: Work,
  fn: ReadyFunction,
  from: Cursor | undefined,
  { counts, ...before }: Planned,
): Promise<Planned & { readonly stoppedAt?: Position }> {
  const holding = fn.name
  let found = counts[holding]?.items ?? 0
  const planned = (): Planned => ({
    ...before,
    counts: found > 0 ? { ...counts, [holding]: { items: found } } : counts,
  })
  for (let cursor: Cursor | undefined = from ?? { query: 0 }; cursor; ) {
    if (work.deadline.passed(CALL_AHEAD_MS)) return { ...planned(), stoppedAt: { holding, cursor } }
    const answer: Called | undefined = await callIfUp(work, fn, 'plan', cursor)
    // One that is down keeps nobody from planning the others.
    if (!answer) return { ...planned(), unanswered: [...before.unanswered, holding] }
    found += answer.items
    cursor = answer.next
  }
  return planned()
}

/** A page of parents counts with all its children, or not at all. */
async function addItems(
  work: Work,
  holding: ReadyHolding,
  items: readonly Item[],
  everything: boolean,
  before: Pick<Planned, 'counts' | 'flagged'>,
): Promise<Pick<Planned, 'counts' | 'flagged'>> {
  let { counts, flagged } = before
  if (items.length > 0 && holding.children.length > 0) {
    const values: Values = childValues(work, holding, items)
    for (const child of holding.children) {
      for await (const page of pagesOf(work, child, values)) {
        ;({ counts, flagged } = await addItems(work, child, page.items, everything, { counts, flagged }))
      }
    }
  }
  if (isLeft(holding)) return { counts, flagged }
  const mine = Map.groupBy(items, (item) => {
    const under = countedUnder(work, holding, item)
    const isCounted =
      under && !isLeft(under) && (isKept(under, everything) || work.judge.needsWork(under, item))
    return isCounted ? under : undefined
  })
  for (const [under, counted] of mine) {
    if (under) counts = { ...counts, [under.name]: tally(under, counted, counts[under.name]) }
  }
  const isFlagged =
    !flagged.includes(holding.name) &&
    holding.reviewWhen.length > 0 &&
    items.some((item) => meets(item, holding.reviewWhen))
  return { counts, flagged: isFlagged ? [...flagged, holding.name] : flagged }
}

const isLeft = ({ action }: ReadyHolding): boolean => actionKind(action) === 'leave'

const isKept = ({ action }: ReadyHolding, everything: boolean): boolean =>
  everything && actionKind(action) === 'retain'

function tally(
  { action }: ReadyHolding,
  items: readonly Item[],
  before: Counts[string] = { items: 0 },
): Counts[string] {
  const retain = retainOf(action)
  const ends = retain ? items.flatMap((item) => keptUntil(retain, item)?.toISOString() ?? []) : []
  const until = [...ends, ...(before.until === undefined ? [] : [before.until])].sort().at(-1)
  return { items: before.items + items.length, ...(until === undefined ? {} : { until }) }
}
