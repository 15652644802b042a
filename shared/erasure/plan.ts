/** The plan phase: counts the items that are there, touching nothing, and asks the operator in doubt. */
import { retainOf } from '../data-map/holdings.ts'
import { meets } from '../person/conditions.ts'
import { keptUntil } from '../person/item-dates.ts'
import { childIdentities, countsOf, type HoldingCursor, pagesOf } from '../person/pages.ts'
import { queriesFor } from '../person/queries.ts'
import { isReadyFunction, type ReadyHolding } from '../person/ready-map.ts'
import { countedVerdict, needsWork, type Verdict } from '../person/verdict.ts'
import type { Work } from '../person/work.ts'
import type { Item, Value } from '../records/records.ts'
import type { Count, Counts } from '../requests/outcome.ts'
import type { Planning } from './checkpoint.ts'
import { workFunctionHolding } from './company-functions/company-functions.ts'
import { addTo, NOTHING_ERASED, type Planned, stillOrphaned, total } from './counts.ts'
import { withOwed } from './outcome.ts'
import {
  approvalOf,
  isSameWork,
  opened,
  type PhaseContext,
  type PhaseResult,
  review,
  sealed,
  unlessDue,
} from './phase-context.ts'
import { doubtsAboutPlan, isApproved, tooManyLookups } from './review.ts'
import { looksReduced } from './strands.ts'

export async function planPhase(context: PhaseContext, before: Planning): Promise<PhaseResult> {
  const { request, work } = context
  const notDue = await unlessDue(context)
  if (notDue) return notDue
  const { stoppedAt: start, ...progress } = before
  const isFirst = progress.pass === 1
  const lookups = tooManyLookups(work.ready.roots, work.identities, approvalOf(context))
  if (lookups) return review(context, { reason: 'too_many_lookups', lookups })
  const found = await plan(work, {
    everything: isFirst,
    ...(isSameWork(start, work) && {
      counts: progress.planned,
      flagged: progress.flagged,
      unanswered: progress.unanswered,
      from: start && (await opened(context, start)),
    }),
  })
  const { counts, flagged, unanswered, stoppedAt } = found
  const counted = { ...progress, flagged, unanswered }
  if (stoppedAt) {
    const at = await sealed(context, stoppedAt)
    return { is: 'more', progress: { ...counted, planned: counts, stoppedAt: at } }
  }
  const items = total(counts)
  const reasons = doubtsAboutPlan(work.map, found, request)
  const reason = reasons.find((one) => !isApproved(approvalOf(context), one))
  if (reason && (items > 0 || !isFirst)) {
    const residue = unanswered.map((holding) => ({ holding, items: 0, why: 'function_failed' }) as const)
    return review(context, { reason, reasons, planned: counts, ...(residue.length > 0 && { residue }) })
  }
  if (isFirst) await probe(work)
  const planned = {
    ...counted,
    planned: withOwed(counts, progress.owedByFunctions),
    orphaned: stillOrphaned(progress.orphaned ?? {}, counts),
  }
  // In a later pass something is left, whether this plan counts it or not.
  return items === 0 && isFirst
    ? { is: 'next', progress: { ...planned, phase: 'verify' }, work }
    : {
        is: 'next',
        progress: { ...planned, phase: 'erase', ...NOTHING_ERASED, writes: progress.writes },
        work,
      }
}

export interface PlanStart {
  /** Also count retained items that need no work: only the first pass does. */
  readonly everything: boolean
  readonly from?: HoldingCursor | undefined
  /** What has been found so far. */
  readonly counts?: Counts | undefined
  readonly flagged?: readonly string[] | undefined
  readonly unanswered?: readonly string[] | undefined
}

/**
 * Counts distinct items, each under the first holding that finds it.
 *
 * @returns Where it stopped, if the deadline has passed.
 */
export async function plan(
  work: Work,
  { everything, from, counts = {}, flagged = [], unanswered = [] }: PlanStart,
): Promise<Planned & { readonly stoppedAt?: HoldingCursor }> {
  let planned: Planned = { counts, flagged, unanswered }
  const { steps } = work.ready
  const first = Math.max(
    0,
    steps.findIndex(({ name }) => name === from?.holding),
  )
  for (const [n, step] of steps.slice(first).entries()) {
    const holding = step.name
    const cursor = n === 0 ? from?.cursor : undefined
    if (isReadyFunction(step)) {
      const { items, isDown, next } = await workFunctionHolding(work, step, 'plan', cursor)
      planned = { ...planned, counts: withCount(planned.counts, step, items) }
      // A function that is down does not stop the plan of the others.
      if (isDown) planned = { ...planned, unanswered: [...planned.unanswered, holding] }
      if (next) return { ...planned, stoppedAt: { holding, cursor: next } }
    } else {
      const pages = isCountable(work, step) ? countsOf : pagesOf
      for await (const { items, next } of pages(work, step, work.identities, cursor)) {
        const found =
          typeof items === 'number'
            ? { counts: withCount(planned.counts, step, items) }
            : await addItems(work, step, items, everything, planned)
        planned = { ...planned, ...found }
        if (next && work.deadline.passed()) return { ...planned, stoppedAt: { holding, cursor: next } }
      }
    }
    const following = steps[first + n + 1]
    if (following && work.deadline.passed()) return { ...planned, stoppedAt: { holding: following.name } }
  }
  return planned
}

/** Whether all items that its queries find are the person's and count under it, so that none has to be read. */
const isCountable = (
  { everywhere }: Work,
  { table, action, index, partition, owner, unless, reviewWhen, children }: ReadyHolding,
): boolean =>
  everywhere.byTable.get(table)?.length === 1 &&
  action === 'erase' &&
  index === undefined &&
  partition !== undefined &&
  [...owner, ...unless, ...reviewWhen, ...children].length === 0

const withCount = (counts: Counts, { name }: Pick<ReadyHolding, 'name'>, items: number): Counts =>
  items === 0 ? counts : { ...counts, [name]: { items: (counts[name]?.items ?? 0) + items } }

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
    const identities = childIdentities(work, holding, items)
    for (const child of holding.children) {
      for await (const page of pagesOf(work, child, identities)) {
        ;({ counts, flagged } = await addItems(work, child, page.items, everything, { counts, flagged }))
      }
    }
  }
  for (const item of items) {
    const verdict = countedVerdict(work, holding, item)
    if (!verdict || verdict.is === 'left') continue
    const isWork = needsWork(work, verdict, item) && !looksReduced(work, verdict, item)
    if (isWork || (verdict.is === 'kept' && everything)) {
      counts = addTo(counts, { [verdict.by[0].name]: countOf(work, verdict, item) })
    }
  }
  const isFlagged =
    !flagged.includes(holding.name) &&
    holding.reviewWhen.length > 0 &&
    items.some((item) => meets(item, holding.reviewWhen))
  return { counts, flagged: isFlagged ? [...flagged, holding.name] : flagged }
}

function countOf({ now }: Work, { is, by: [{ action }] }: Verdict, item: Item): Count {
  const retain = retainOf(action)
  if (!retain) return { items: 1 }
  if (is === 'erased') return { items: 1, erased: 1 }
  const until = keptUntil(retain, item, now)?.toISOString()
  return { items: 1, ...(until !== undefined && { until }) }
}

/**
 * Asks the tables and indexes that no query has read for a key that no person has: a missing one looks like one without
 * records.
 *
 * @throws DynamoDB's own error for a table, an index or a key that does not exist.
 */
export async function probe({ ready, records, identities }: Work): Promise<void> {
  const unasked = ready.all.filter((holding) => queriesFor(holding, identities).length === 0)
  const targets = new Map(unasked.map((holding) => [`${holding.table}/${holding.index ?? ''}`, holding]))
  await Promise.all(targets.values().map((holding) => records.page(queryOfNobody(holding))))
}

const NOBODY: Readonly<Record<'S' | 'N' | 'B', Value>> = {
  S: { S: '\u0000' },
  N: { N: '0' },
  B: { B: Uint8Array.of(0) },
}

const queryOfNobody = ({ table, index, partition, keyNames }: ReadyHolding) => ({
  table,
  ...(index === undefined ? {} : { index }),
  ...(partition && { partition: { attribute: partition.attribute, value: NOBODY[partition.type] } }),
  attributes: keyNames,
  limit: 1,
})
