/** Do the work, and keep what is done. */
import { actionKind } from '../data-map/holdings.ts'
import { ITEMS_PER_PAGE } from '../person/queries.ts'
import { isReadyFunction, type ReadyMap, withChildren } from '../person/ready-map.ts'
import type { Work } from '../person/work.ts'
import type { Checkpoint } from '../requests/checkpoint.ts'
import { erasedBy, withoutPlace, withStranded } from './checkpoint.ts'
import { erase } from './erase.ts'
import type { EraseCounts } from './erase-counts.ts'
import { addCounts, gone, split, strandedIn, unmetIn, withoutUnmet } from './outcome.ts'
import type { Position } from './plan.ts'
import { ifHeld, placed, positionOf, type Stand, type Turn, unlessDue } from './stand.ts'

export async function eraseItems(stand: Stand): Promise<Turn> {
  const { engine, slice, cursors, at, work } = stand
  const held = await ifHeld(engine, work, at)
  if (held) return held
  const notDue = await unlessDue(stand)
  if (notDue) return notDue
  const from = await positionOf(stand)
  const standAt = async (before: EraseCounts, position: Position, page?: number): Promise<Checkpoint> => ({
    ...(await placed(cursors, work, erasedUpTo(work, at, before, position.holding), position)),
    ...(page !== undefined && { page }),
  })
  const { stoppedAt, ...erased } = await erase(work, {
    from,
    before: erasedBy(at),
    begun: from?.cursor && at.page,
    isEndless: (holding, seen) => seen > 2 * (at.planned[holding]?.items ?? 0) + ITEMS_PER_PAGE,
    permit: async (page) =>
      slice.permitWrites(await standAt(page.before, page.at, page.items), work.identities),
  })
  if (stoppedAt) return { is: 'more', at: await standAt(erased, stoppedAt) }
  const verifying: Checkpoint = { ...erasedUpTo(work, at, erased, undefined), phase: 'verify' }
  return { at: verifying, work }
}

/** Holdings that are worked through count as done; of the others stands what they have met so far. */
function erasedUpTo(
  { map, ready }: Work,
  at: Checkpoint,
  { seen, left, writes, unanswered = [] }: EraseCounts,
  stoppedAt: string | undefined,
): Checkpoint {
  const finished = finishedBefore(ready, stoppedAt)
  const isFinished = (name: string): boolean => finished.includes(name)
  const [done, planned] = split(at.planned, isFinished)
  const unmet = { ...at.unmet, ...unmetIn(ready, done, seen) }
  const lost = strandedIn(ready, done, seen)
  const stranded = { ...at.stranded, ...lost }
  const counted = addCounts(map, at.done, gone(done, { seen, left }))
  return {
    ...withoutPlace(at),
    planned,
    ...(Object.keys(unmet).length > 0 && { unmet }),
    ...withStranded(stranded),
    done: withoutUnmet(map, { done: counted, unmet: lost }),
    seen: split(seen, isFinished)[1],
    left: split(left, isFinished)[1],
    written: writes,
    unanswered,
  }
}

/** Holdings in tables that are worked through, children with their parents; one that keeps them, with all that could find its orphans. */
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
