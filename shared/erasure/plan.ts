/** Count what is there, touching nothing. */

import type { Values } from '../config/template.ts'
import type { Counts } from '../requests/request.ts'
import { needsWork, untilOf } from './actions.ts'
import { valuesOf } from './identities.ts'
import type { Place } from './places.ts'
import type { Item } from './records.ts'
import { type Cursor, childValues, countsUnder, pagesOf, type Work } from './work.ts'

/** The next page to be counted. */
export interface Position {
  readonly holding: string
  readonly cursor?: Cursor
}

export interface PlanStart {
  /** Also count what needs no work any more: what is kept is counted once, by the first pass. */
  readonly everything: boolean
  readonly from?: Position
  readonly counts?: Counts
}

/**
 * Counts distinct items, each under the first holding that finds it.
 *
 * @returns Where it stopped when time ran out.
 */
export async function plan(
  work: Work,
  { everything, from, counts: start = {} }: PlanStart,
): Promise<{ readonly counts: Counts; readonly stoppedAt?: Position }> {
  let counts = start
  const { roots } = work.places
  const first = from ? roots.findIndex(({ name }) => name === from.holding) : 0
  for (const [n, place] of roots.slice(Math.max(first, 0)).entries()) {
    const cursor = n === 0 ? from?.cursor : undefined
    for await (const { items, next } of pagesOf(work, place, valuesOf(work.identities), cursor)) {
      counts = await countItems(work, place, items, everything, counts)
      if (next && work.outOfTime()) return { counts, stoppedAt: { holding: place.name, cursor: next } }
    }
    const following = roots[Math.max(first, 0) + n + 1]
    if (following && work.outOfTime()) return { counts, stoppedAt: { holding: following.name } }
  }
  return { counts }
}

/** A page of parents counts with all its children, or not at all. */
async function countItems(
  work: Work,
  place: Place,
  items: readonly Item[],
  everything: boolean,
  counts: Counts,
): Promise<Counts> {
  let sum = counts
  if (items.length > 0) {
    const values: Values = childValues(work, place, items)
    for (const child of place.children) {
      for await (const page of pagesOf(work, child, values)) {
        sum = await countItems(work, child, page.items, everything, sum)
      }
    }
  }
  const { action } = place
  if (action !== 'erase' && 'leave' in action) return sum
  const mine = items.filter(
    (item) => (isCounted(place, everything) || needsWork(place, item)) && countsUnder(work, place, item),
  )
  return mine.length === 0 ? sum : { ...sum, [place.name]: tally(place, mine, sum[place.name]) }
}

const isCounted = ({ action }: Place, everything: boolean): boolean =>
  everything && action !== 'erase' && 'retain' in action

function tally(
  { action }: Place,
  items: readonly Item[],
  before: Counts[string] = { items: 0 },
): Counts[string] {
  const retain = action !== 'erase' && 'retain' in action ? action.retain : undefined
  const ends = retain ? items.flatMap((item) => untilOf(retain, item)?.toISOString() ?? []) : []
  const until = [...ends, ...(before.until === undefined ? [] : [before.until])].sort().at(-1)
  return { items: before.items + items.length, ...(until === undefined ? {} : { until }) }
}
